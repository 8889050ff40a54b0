import { isStreamName } from '../append/check-writes.ts'
import { MicroError } from '../errors/micro-error.ts'
import { invalidError } from '../values/invalid-error.ts'
import type { Call } from './call.ts'
import type { Command } from './command.ts'
import { newIdFor } from './handler-context.ts'

/** A rule's streams: as its author names them, and as they are stored. */
export interface NamedStreams {
  readonly names: readonly string[]
  /** `<service>/<name>`, in the same order, each once. */
  readonly stored: readonly string[]
}

const NO_STREAMS: NamedStreams = Object.freeze({ names: [], stored: [] })

const LONGEST_NAME = 200

/**
 * The streams that a command names. A name is usually made from the payload, so a bad one is the caller's mistake.
 *
 * @throws MicroError `MICRO_INVALID`
 */
export function nameStreams({ endpoint, instance }: Command, call: Call, payload: unknown): NamedStreams {
  const { stream, streams } = endpoint.rule.steps
  if (stream === undefined && streams === undefined) return NO_STREAMS
  const { commandId, identity } = call
  const context = { identity, commandId, newId: (name: string) => newIdFor(commandId, name) }
  const { service } = instance.host
  if (streams === undefined) {
    const name = checkedName(stream?.(payload, context), endpoint.name, service)
    return { names: [name], stored: [`${service}/${name}`] }
  }
  const answer = streams(payload, context)
  if (!Array.isArray(answer)) throw new TypeError(`"${endpoint.name}": streams must answer an array of names`)
  const names = [...new Set<unknown>(answer)].map((name) => checkedName(name, endpoint.name, service))
  return { names, stored: names.map((name) => `${service}/${name}`) }
}

function checkedName(name: unknown, command: string, service: string): string {
  if (typeof name !== 'string') throw new TypeError(`"${command}": the name of a stream must be a string`)
  const longest = LONGEST_NAME - service.length - 1
  if (name.length > longest)
    throw new MicroError(
      'MICRO_TOO_LARGE',
      `"${command}": the stream name made from the payload is longer than ${longest} characters.`,
      {
        details: { limit: longest, actual: name.length },
      },
    )
  if (isStreamName(`${service}/${name}`)) return name
  throw invalidError(`the payload of "${command}"`, [
    { path: '', message: 'must make a stream name of printable characters' },
  ])
}
