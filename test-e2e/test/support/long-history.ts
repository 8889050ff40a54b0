import {
  type EventStore,
  memoryEventStore,
  type Micro,
  type NewEvent,
  type RecordedEvent,
  type StreamWrite,
  systemRuntime,
} from '@micro/core'
import { bankService } from '../../../examples/bank/src/bank.ts'
import { openLog } from './bank-log.ts'
import { eventsIn, openStore } from './open-store.ts'
import { silentModule } from './silent-logger.ts'

const ACCOUNTS = 1_000
const COMMANDS_PER_APPEND = 4_000
const DEPOSIT = 1_000
const WITHDRAWAL = 100

/** What views say of a bank with such a history. */
export interface LongHistory {
  readonly totals: { readonly accounts: number; readonly balance: number }
  readonly accounts: readonly { readonly account: string; readonly balance: number }[]
}

/** The events of one command, of any two accounts. */
type Kind = 'open' | 'deposit' | 'transfer' | 'withdraw'

/**
 * Writes the log of a bank with so many events to the folder. What real commands write is taken as the pattern, and
 * appended thousands at a time: a bank takes minutes for a million.
 */
export async function writeLongHistory(folder: string, events: number): Promise<LongHistory> {
  const patterns = await writtenByCommands()
  const store = await openLog(folder)
  const names = Array.from({ length: Math.min(ACCOUNTS, events) }, (_, index) => `account-${index}`)
  const balances = new Map(names.map((name) => [name, 0]))
  const move = (account: string, amount: number): void =>
    void balances.set(account, (balances.get(account) ?? 0) + amount)
  let left = events
  let command = 0
  while (left > 0) {
    const append: NewEvent[] = []
    for (let n = 0; n < COMMANDS_PER_APPEND && left > 0; n++, command++) {
      const account = names[command % names.length] as string
      const other = names[(command + 1) % names.length] as string
      const turn = Math.floor(command / names.length)
      const due: Kind = turn === 0 ? 'open' : ((['withdraw', 'deposit', 'transfer'] as const)[turn % 3] as Kind)
      // The last command may be a transfer, and have two.
      const kind = due === 'transfer' && left === 1 ? 'deposit' : due
      if (kind === 'deposit') move(account, DEPOSIT)
      if (kind === 'withdraw') move(account, -WITHDRAWAL)
      if (kind === 'transfer') {
        move(account, -WITHDRAWAL)
        move(other, WITHDRAWAL)
      }
      const written = again(patterns[kind], account, other)
      append.push(...written)
      left -= written.length
    }
    await appendAll(store, append)
  }
  await store.close()
  const accounts = [...balances].map(([account, balance]) => ({ account, balance }))
  const balance = accounts.reduce((sum, each) => sum + each.balance, 0)
  return { totals: { accounts: accounts.length, balance }, accounts }
}

async function appendAll(store: EventStore, events: readonly NewEvent[]): Promise<void> {
  const streams = new Map<string, NewEvent[]>()
  for (const event of events) {
    const stream = `bank/account-${event.data['account'] as string}`
    const own = streams.get(stream)
    if (own === undefined) streams.set(stream, [event])
    else own.push(event)
  }
  await store.append([...streams].map(([stream, own]): StreamWrite => ({ stream, expected: 'any', events: own })))
}

/** What each kind of command writes for the accounts `one` and `two`. */
async function writtenByCommands(): Promise<Readonly<Record<Kind, readonly RecordedEvent[]>>> {
  const store = memoryEventStore()
  await using bank = await bankService({ store, modules: [silentModule] })
  await bank.start()
  const reader = await openStore(store)
  const write = async (...command: Parameters<Micro['act']>): Promise<readonly RecordedEvent[]> => {
    const before = await reader.head()
    await bank.act(...command)
    return (await eventsIn(reader)).slice(before)
  }
  await bank.act('open account', { account: 'two', owner: 'Somebody' })
  return {
    open: await write('open account', { account: 'one', owner: 'Somebody' }),
    deposit: await write('deposit money', { account: 'one', amount: DEPOSIT }),
    transfer: await write('transfer money', { from: 'one', to: 'two', amount: WITHDRAWAL }),
    withdraw: await write('withdraw money', { account: 'one', amount: WITHDRAWAL }),
  }
}

const runtime = systemRuntime()

/** The same command given once more, by other accounts. */
function again(pattern: readonly RecordedEvent[], one: string, two: string): readonly NewEvent[] {
  const commandId = runtime.newId()
  const nameOf = (value: unknown): unknown => (value === 'one' ? one : value === 'two' ? two : value)
  return pattern.map(({ type, data, time, metadata }) => ({
    id: runtime.newId(),
    type,
    time,
    data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, nameOf(value)])) as NewEvent['data'],
    metadata: { ...metadata, commandId, correlationId: commandId },
  }))
}
