import {
  type EventStoreProvider,
  isMicroError,
  memoryEventStore,
  type Micro,
  type RecordedEvent,
  systemRuntime,
} from '@micro/core'
import { bankService } from '../src/bank.ts'
import { ledgerHost } from '../src/importing/ledger-host.ts'

/** A bank in memory with some accounts: `alice` has 5.00, `bob` nothing, `gone` is closed. */
export async function openBank(store: EventStoreProvider = memoryEventStore()): Promise<Micro> {
  const bank = await bankService({ store })
  await bank.start()
  return bank
}

export async function openSmallBank(store?: EventStoreProvider): Promise<Micro> {
  const bank = await openBank(store)
  await bank.act('open account', { account: 'alice', owner: 'Alice' })
  await bank.act('open account', { account: 'bob', owner: 'Bob' })
  await bank.act('open account', { account: 'gone', owner: 'Bob' })
  await bank.act('close account', { account: 'gone' })
  await bank.act('deposit money', { account: 'alice', amount: 500 })
  return bank
}

/** All events of a log, without the service that wrote them. */
export async function eventsOf(provider: EventStoreProvider): Promise<readonly RecordedEvent[]> {
  const store = await provider.open(ledgerHost(systemRuntime()))
  const all: RecordedEvent[] = []
  for await (const events of store.readAll()) all.push(...events)
  await store.close()
  return all
}

/** `MICRO_…: message` of the refusal; fails when there is none. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    if (isMicroError(error) && error.outcome === 'none') return `${error.code}: ${error.message}`
    throw error
  }
  throw new Error('The command was accepted')
}
