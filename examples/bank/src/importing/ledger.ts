import type { EventStoreProvider, Host, JsonObject } from '@micro/core'
import { untilKnown } from './until-known.ts'

/** How a line of a file ended, once and for ever. */
export type LineOutcome = { readonly isAccepted: true } | { readonly isAccepted: false; readonly reason: string }

/**
 * What became of each line of one file. An event log of its own: a record is durable before `record` resolves, and what a
 * crash leaves half written is never read.
 */
export interface Ledger extends AsyncDisposable {
  outcomeOf(line: number): LineOutcome | undefined
  record(line: number, outcome: LineOutcome): Promise<void>
}

/** @throws MicroError `MICRO_STORE_LOCKED` when another import of the same file is running */
export async function openLedger(provider: EventStoreProvider, host: Host): Promise<Ledger> {
  const store = await provider.open(host)
  const { runtime } = host
  const outcomes = new Map<number, LineOutcome>()
  try {
    for await (const events of store.readAll()) for (const { data } of events) outcomes.set(...readRecord(data))
  } catch (error) {
    await store.close()
    throw error
  }
  return {
    outcomeOf: (line) => outcomes.get(line),
    [Symbol.asyncDispose]: () => store.close(),
    async record(line, outcome) {
      const [type, data] = outcome.isAccepted
        ? ['line accepted', { line }]
        : ['line rejected', { line, reason: outcome.reason }]
      const time = new Date(runtime.now()).toISOString()
      const event = { id: runtime.newId(), type, data, time, metadata: {} }
      await untilKnown(runtime, () =>
        store.append([{ stream: `line-${line}`, expected: 'no-stream', events: [event] }]),
      )
      outcomes.set(line, outcome)
    },
  }
}

function readRecord({ line, reason }: JsonObject): [line: number, outcome: LineOutcome] {
  return [Number(line), typeof reason === 'string' ? { isAccepted: false, reason } : { isAccepted: true }]
}
