import {
  createMicro,
  memoryEventStore,
  memoryProjectionStore,
  type MicroOptions,
  type RecordedEvent,
  type StreamWrite,
} from '@micro/core'
import { appendsOf } from '../../../packages/testkit/src/appends-of.ts'
import { followProjections } from '../../../packages/testkit/src/micro/followed-projections.ts'
import type { Random } from '../../../test-e2e/test/support/random.ts'
import { serviceOptions } from './bank.ts'
import { openStore } from '../../../test-e2e/test/support/open-store.ts'
import { readLog } from './read-log.ts'
import { silentModule } from '../../../test-e2e/test/support/silent-logger.ts'

const OWNERS = ['ann', 'Ärmin', 'ı', 'I', 'İda', 'z', 'ß', '漢', 'émile', 'zoë']

/** What a bank wrote down of one random day. */
export async function randomHistory(random: Random, commands: number): Promise<readonly RecordedEvent[]> {
  const store = memoryEventStore()
  const bank = createMicro({ ...serviceOptions({}), name: 'bank', store, modules: [silentModule] })
  await bank.start()
  const accounts = Array.from({ length: 5 }, (_, index) => `account-${index}`)
  for (const account of accounts) await bank.act('open account', { account, owner: random.pick(OWNERS) })
  for (let command = 0; command < commands; command++) {
    const [account, to, amount] = [random.pick(accounts), random.pick(accounts), 1 + random.below(100)]
    const [action, payload] = random.pick([
      ['open account', { account, owner: random.pick(OWNERS) }],
      ['deposit money', { account, amount }],
      ['deposit money', { account, amount }],
      ['withdraw money', { account, amount }],
      ['transfer money', { from: account, to, amount }],
      ['close account', { account }],
    ] as const)
    // Most are refused in the beginning: what counts is what was written.
    await Promise.allSettled([bank.act(action, payload)])
  }
  await bank.stop()
  return readLog(store)
}

/** Every row of every model that a bank makes of the log. */
export async function replay(log: readonly RecordedEvent[]): Promise<unknown> {
  const store = memoryEventStore()
  const writer = await openStore(store)
  for (const append of appendsOf(log)) await writer.append(writesOf(append))
  return rowsOf({ store, projections: memoryProjectionStore() })
}

/** Every row of every model of a bank on these stores, once it has started. */
export async function rowsOf({
  store,
  projections,
}: Required<Pick<MicroOptions, 'store' | 'projections'>>): Promise<unknown> {
  const followed = followProjections(projections)
  const bank = createMicro({
    ...serviceOptions({}),
    name: 'bank',
    store,
    projections: followed.provider,
    modules: [silentModule],
  })
  await bank.start()
  // Not the projection's name: it begins with the id of the log, and each copy of a log has its own.
  const rows = (await followed.tables()).map(({ model, rows }) => ({ model, rows }))
  await bank.stop()
  return rows
}

/** What was appended to make it, once more. */
function writesOf(append: readonly RecordedEvent[]): readonly StreamWrite[] {
  const streams = [...new Set(append.map(({ stream }) => stream))]
  return streams.map((stream) => ({ stream, expected: 'any', events: append.filter((each) => each.stream === stream) }))
}
