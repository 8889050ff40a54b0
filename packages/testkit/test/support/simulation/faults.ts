import type { EventStoreProvider } from '@micro/core'
import { type Delay, Faults, type FaultyOperation } from '../../../src/faults/index.ts'
import type { Chance } from '../../../src/runtime/chance.ts'

/** How bad a run is: probabilities of one operation, and milliseconds. */
export interface FaultRates {
  readonly appendFault: number
  readonly readFault: number
  readonly commitFault: number
  readonly subscriptionBreak: number
  readonly requestFault: number
  /** Probability of a slow operation, and how slow the slowest is. */
  readonly slow: number
  readonly slowestMs: number
  readonly lagMs: number
}

export function drawRates(chance: Chance): FaultRates {
  return {
    appendFault: chance.pick([0, 0, 0.1, 0.3]),
    readFault: chance.pick([0, 0, 0.02]),
    commitFault: chance.pick([0, 0.05, 0.2]),
    subscriptionBreak: chance.pick([0, 0, 0.03]),
    requestFault: chance.pick([0, 0.1, 0.3]),
    slow: chance.pick([0.05, 0.2, 0.5]),
    slowestMs: chance.pick([10, 60, 400]),
    lagMs: chance.pick([0, 10, 80, 300]),
  }
}

const SLOW = ['append', 'read', 'rows', 'fold', 'checkpoint', 'commit', 'request'] as const

/** What one instance suffers; its subscription is sound but slow, as the port promises. */
export function faultsOf(seed: number, purpose: number, rates: FaultRates): Faults {
  const { appendFault, readFault, commitFault, subscriptionBreak, requestFault, slow, slowestMs, lagMs } = rates
  const delays: { [Operation in FaultyOperation]?: Delay } = {}
  for (const operation of SLOW) delays[operation] = { probability: slow, mostMs: slowestMs }
  if (lagMs > 0) delays.subscribe = { probability: 0.8, mostMs: lagMs }
  return new Faults({
    seed,
    purpose,
    delays,
    rates: {
      append: evenly(appendFault, ['refused', 'request lost', 'request late', 'answer lost', 'doubled']),
      read: { refused: readFault },
      rows: { refused: readFault },
      fold: { refused: readFault },
      checkpoint: { refused: readFault },
      commit: evenly(commitFault, ['refused', 'request lost', 'request late', 'answer lost', 'doubled']),
      subscribe: { broken: subscriptionBreak },
      // A transport hands each request over once: a second run that its caller does not know of makes its "none" untrue.
      request: evenly(requestFault, ['refused', 'request lost', 'request late', 'answer lost']),
    },
    lateMs: 10 * slowestMs,
    split: 0.7,
  })
}

/** Tells of commands of which two runs append at once: one run sends its append again and again, but never beside itself. */
export function watchOverlaps(provider: EventStoreProvider, overlaps: Set<string>): EventStoreProvider {
  return {
    ...provider,
    async open(host) {
      const store = await provider.open(host)
      const underWay = new Set<string>()
      return {
        id: store.id,
        async append(writes) {
          const id = writes.find(({ events = [] }) => events.length > 0)?.events?.[0]?.id
          if (id === undefined) return store.append(writes)
          if (underWay.has(id)) overlaps.add(id)
          underWay.add(id)
          try {
            return await store.append(writes)
          } finally {
            underWay.delete(id)
          }
        },
        readStream: (stream, options) => store.readStream(stream, options),
        readAll: (options) => store.readAll(options),
        subscribe: (options) => store.subscribe(options),
        head: (options) => store.head(options),
        close: () => store.close(),
      }
    },
  }
}

function evenly<Kind extends string>(rate: number, kinds: readonly Kind[]): Readonly<Record<Kind, number>> {
  return Object.fromEntries(kinds.map((kind) => [kind, rate / kinds.length])) as Record<Kind, number>
}
