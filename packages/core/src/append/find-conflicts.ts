import type { StreamConflict } from '../errors/details.ts'
import { MicroError } from '../errors/micro-error.ts'
import type { ExpectedRevision, StreamRevision, StreamWrite } from '../ports/event-store.ts'

/** Whether a stream at this revision is what the write expects. */
export function isExpected(expected: ExpectedRevision, actual: StreamRevision): boolean {
  if (expected === 'any') return true
  if (expected === 'stream-exists') return actual !== 'no-stream'
  return expected === actual
}

const NONE: readonly StreamConflict[] = Object.freeze([])

/** The writes, guards among them, whose expectation does not hold, in the order of the writes. */
export function findConflicts(
  writes: readonly StreamWrite[],
  revisionOf: (stream: string) => StreamRevision,
): readonly StreamConflict[] {
  let conflicts: StreamConflict[] | undefined
  for (const { stream, expected } of writes) {
    const actual = revisionOf(stream)
    if (!isExpected(expected, actual)) (conflicts ??= []).push({ stream, expected, actual })
  }
  return conflicts ?? NONE
}

/** The error that an append with these conflicts is refused with. */
export function conflictError(conflicts: readonly StreamConflict[], cause?: unknown): MicroError<'MICRO_CONFLICT'> {
  const told = conflicts.map(({ stream, expected, actual }) => `"${stream}" is at ${actual}, expected was ${expected}`)
  return new MicroError('MICRO_CONFLICT', `Nothing was appended: ${told.join('; ')}.`, {
    details: { streams: conflicts },
    cause,
  })
}
