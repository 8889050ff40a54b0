import assert, { AssertionError } from 'node:assert/strict'
import { isMicroError, type JsonObject, metadataOf, type MicroErrorCode, type RecordedEvent } from '@micro/core'
import type { Played } from './play.ts'

interface PlainExpectedEvent {
  readonly type: string
  readonly data: unknown
  readonly stream?: string
  readonly user?: JsonObject
}

/** @throws AssertionError with the difference */
export function assertEvents(played: Played, expected: readonly PlainExpectedEvent[]): void {
  assertAnswered(played)
  const actual = played.events.map((event, place) => comparable(event, expected[place]))
  assertSame(actual, expected, 'the events are', played)
}

/** @throws AssertionError with the difference */
export function assertResponse(played: Played, expected: unknown): void {
  assertSame(assertAnswered(played), expected, 'the response is', played)
}

/** @throws AssertionError that says what came instead */
export function assertRejection(played: Played, code: MicroErrorCode, message: string | RegExp = ''): void {
  const { answer, events, seed } = played
  if (!isMicroError(answer))
    throw failure(`${code} was expected, but the command succeeded with ${inWords(events)} (seed ${seed})`)
  const fits = typeof message === 'string' ? answer.message.includes(message) : message.test(answer.message)
  if (answer.code !== code || !fits)
    throw failure(
      `${code} ${message === '' ? '' : `${String(message)} `}was expected: ${refusalOf(played)}`,
      causeOf(played),
    )
  // An error after the commit, in respond, leaves its events and says so.
  if (answer.outcome !== 'done' && events.length > 0)
    throw failure(`The command was refused and wrote ${inWords(events)} all the same (seed ${seed})`)
}

/** The response of a command that was not refused. */
export function assertAnswered(played: Played): unknown {
  if (isMicroError(played.answer)) throw failure(`The command was refused: ${refusalOf(played)}`, causeOf(played))
  return played.answer.response
}

/** Only what is expected is compared beyond type and data. */
function comparable({ type, data, stream, metadata }: RecordedEvent, expected: PlainExpectedEvent | undefined): object {
  const service = metadataOf({ metadata })?.service ?? ''
  return {
    type,
    data,
    ...(expected !== undefined && 'stream' in expected ? { stream: stream.slice(service.length + 1) } : undefined),
    ...(expected !== undefined && 'user' in expected ? { user: metadata['user'] } : undefined),
  }
}

function assertSame(actual: unknown, expected: unknown, what: string, { seed }: Played): void {
  try {
    assert.deepEqual(actual, expected)
  } catch (error) {
    if (error instanceof AssertionError) error.message = `${what} not as expected (seed ${seed})\n${error.message}`
    throw error
  }
}

function refusalOf({ answer, fault, seed }: Played): string {
  if (!isMicroError(answer)) return ''
  const inside =
    isMicroError(answer, 'MICRO_INTERNAL') && fault !== undefined
      ? ` It threw: ${fault instanceof Error ? fault.stack : JSON.stringify(fault)}`
      : ''
  return `it was ${answer.code} "${answer.message}"${inside} (seed ${seed})`
}

const causeOf = ({ answer, fault }: Played): unknown => fault ?? answer

function inWords(events: readonly RecordedEvent[]): string {
  return events.length === 0 ? 'no events' : `the events ${events.map(({ type }) => `"${type}"`).join(', ')}`
}

function failure(message: string, cause?: unknown): AssertionError {
  const error = new AssertionError({ message })
  if (cause !== undefined) error.cause = cause
  return error
}
