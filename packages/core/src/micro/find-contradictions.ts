import type { EndpointDescription, ServiceDescription } from '../ports/transport.ts'
import { findNarrowing } from '../schema/find-narrowing.ts'

/** An action that two instances of one service and major version understand differently: who calls it cannot know which one answers. */
export interface Contradiction {
  readonly action: string
  /** The other one. */
  readonly instance: string
  readonly version: string
  readonly message: string
}

/**
 * What callers would notice if some of their calls went to `own` and some to instances that run: within a major version a newer
 * one takes every payload that an older one takes, and answers nothing that callers of the older one do not expect.
 *
 * @param own the endpoints of one instance; with equal versions it counts as the newer one
 */
export function findContradictions(
  own: readonly EndpointDescription[],
  running: readonly ServiceDescription[],
): readonly Contradiction[] {
  return running.flatMap(({ endpoints }) =>
    endpoints.flatMap((other) => {
      const same = own.find((endpoint) => isSameAction(endpoint, other))
      const message = same && contradictionOf(same, other)
      if (message === undefined) return []
      return [{ action: other.action, instance: other.instance, version: other.version, message }]
    }),
  )
}

function isSameAction(one: EndpointDescription, other: EndpointDescription): boolean {
  return (
    one.service === other.service &&
    one.action === other.action &&
    one.instance !== other.instance &&
    numbersOf(one.version)[0] === numbersOf(other.version)[0]
  )
}

function contradictionOf(own: EndpointDescription, other: EndpointDescription): string | undefined {
  if (own.kind !== other.kind) return `is a ${own.kind} here and a ${other.kind} there`
  const [newer, older] = isOlder(own.version, other.version) ? [other, own] : [own, other]
  const payload = findNarrowing(older.payload ?? {}, newer.payload ?? {})
  if (payload !== undefined) return `refuses payloads that ${older.version} takes: ${payload.path} ${payload.message}`
  const response = findNarrowing(newer.response ?? {}, older.response ?? {})
  if (response === undefined) return undefined
  return `may answer what callers of ${older.version} do not expect: ${response.path} ${response.message}`
}

function isOlder(version: string, other: string): boolean {
  const [numbers, others] = [numbersOf(version), numbersOf(other)]
  const differing = numbers.findIndex((number, at) => number !== others[at])
  return differing !== -1 && (numbers[differing] ?? 0) < (others[differing] ?? 0)
}

function numbersOf(version: string): readonly number[] {
  return version.split(/[.+-]/, 3).map(Number)
}
