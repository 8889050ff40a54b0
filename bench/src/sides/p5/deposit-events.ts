import { type EventStoreProvider, type NewEvent, systemRuntime } from '@micro/core'
import { amountOf } from '../../account/deposits.ts'
import type { Deposit } from '../../account/payload.ts'
import { benchHost } from '../../measure/bench-host.ts'
import { counted } from '../../measure/counted.ts'

export const EVENTS = 1_000_000
const EVENTS_EACH = 10
const APPEND = 250

/** `amounts` of the log in its order: account after account, ten times over. */
export function depositAt(at: number, total: number): Deposit {
  const accounts = Math.max(1, Math.floor(total / EVENTS_EACH))
  return { account: `account-${at % accounts}`, amount: amountOf(at) }
}

export function countOfEvents(scale: number): number {
  return counted(EVENTS, scale, 1_000)
}

/** Writes events as the cycle would have, one command each, but several in one append. */
export async function fillLog(provider: EventStoreProvider, total: number): Promise<void> {
  const runtime = systemRuntime()
  const store = await provider.open(benchHost())
  const time = new Date().toISOString()
  for (let at = 0; at < total; at += APPEND) {
    const byStream = new Map<string, NewEvent[]>()
    for (let each = at; each < Math.min(total, at + APPEND); each++) {
      const data = depositAt(each, total)
      const stream = `bench/${data.account}`
      byStream.set(stream, [...(byStream.get(stream) ?? []), eventOf(runtime.newId(), time, { ...data })])
    }
    await store.append([...byStream].map(([stream, events]) => ({ stream, expected: 'any', events })))
  }
  await store.close()
}

function eventOf(id: string, time: string, data: NewEvent['data']): NewEvent {
  const metadata = {
    format: 1,
    commandId: id,
    correlationId: id,
    service: 'bench',
    rule: 'deposit money',
    ruleVersion: 1,
    ruleHash: 'ded2093f289162f16758016994d9837e0b9b1fb8',
    eventVersion: 1,
    index: 0,
    count: 1,
  }
  return { id, type: 'money deposited', data: Object.freeze(data), time, metadata: Object.freeze(metadata) }
}
