import { copyFileSync, rmSync } from 'node:fs'
import {
  createMicro,
  type EventStoreProvider,
  memoryProjectionStore,
  type Micro,
  type ProjectionStoreProvider,
  type RecordedEvent,
} from '@micro/core'
import { sqliteEventStore, sqliteProjectionStore, sqliteStore } from '@micro/store-sqlite'
import { captureLog, type CapturedLog } from '@micro/testkit'
import { describe, expect, it } from 'vitest'
import { readLog } from './support/read-log.ts'
import { accountOf, amountOf, serviceOptions } from './support/desk.ts'
import { upTo } from './support/in-parallel.ts'
import { tempFolder } from '../../test-e2e/test/support/temp-folder.ts'

interface Parts {
  readonly store: EventStoreProvider
  readonly projections: ProjectionStoreProvider
}

const WARNING = /does not have the event/
const COMMANDS = 60

async function start({ store, projections }: Parts): Promise<{ micro: Micro; log: CapturedLog }> {
  const { modules = [], ...own } = serviceOptions({})
  const log = captureLog()
  const micro = createMicro({ name: 'desk', store, projections, ...own, modules: [log.module, ...modules] })
  await micro.start()
  return { micro, log }
}

const deposit = (micro: Micro, account: string): Promise<unknown> =>
  micro.act('deposit', { account, amount: 1 }, { timeoutMs: 60_000 })

const warnings = ({ lines }: CapturedLog): number => lines.filter(({ message }) => WARNING.test(message)).length

/** What the models must hold: everything that the log holds, once. */
async function expectAsTheLog(micro: Micro, log: readonly RecordedEvent[]): Promise<void> {
  const balances = new Map<string, number>()
  for (const event of log)
    balances.set(accountOf(event), (balances.get(accountOf(event)) ?? 0) + (amountOf(event) || 0))
  for (const [account, balance] of balances) expect(await micro.act('account', { account })).toMatchObject({ balance })
  expect(balances.size).toBe(3)
}

async function fill(micro: Micro): Promise<void> {
  for (const account of ['a', 'b', 'c']) await micro.act('open', { account, owner: 'ann' })
  for (const index of upTo(COMMANDS)) await deposit(micro, 'abc'[index % 3] as string)
}

describe('a log that was restored from a backup, while models stand later', () => {
  it.each(['the same file', 'another file'])('[102] with models in %s', async (where) => {
    using folder = tempFolder()
    const file = `${folder.path}/log.db`
    const isSame = where === 'the same file'
    const sqlite = sqliteStore({ file })
    const open = (): Parts => {
      if (isSame) {
        const { events, projections } = sqliteStore({ file })
        return { store: events, projections }
      }
      return {
        store: sqliteEventStore({ file }),
        projections: sqliteProjectionStore({ file: `${folder.path}/models.db` }),
      }
    }
    const before = await start(open())
    await fill(before.micro)
    await sqlite.backup(`${folder.path}/backup.db`)
    for (const _ of upTo(COMMANDS)) await deposit(before.micro, 'a')
    await before.micro.stop()
    for (const ending of ['-wal', '-shm', '']) rmSync(file + ending, { force: true })
    copyFileSync(`${folder.path}/backup.db`, file)

    const after = await start(open())
    await expectAsTheLog(after.micro, await readLog(open().store))
    // The log goes on past the positions that the old models knew, with other events.
    for (const index of upTo(COMMANDS * 2)) await deposit(after.micro, 'bc'[index % 2] as string)
    const log = await readLog(open().store)
    expect(log).toHaveLength(3 + COMMANDS * 3)
    await expectAsTheLog(after.micro, log)
    await after.micro.stop()
    // `backup` gave the log a new id, so its models are others, and there is nothing to warn of.
    expect(warnings(after.log)).toBe(0)
  })

  it.each(['has not come so far', 'has other events there'])(
    '[102] as a copy of the same id that %s: discarded and rebuilt, with one warning for each projection',
    async (how) => {
      using folder = tempFolder()
      const file = `${folder.path}/log.db`
      const projections = sqliteProjectionStore({ file: `${folder.path}/models.db` })
      const open = (): Parts => ({ store: sqliteEventStore({ file }), projections })
      const first = await start(open())
      await fill(first.micro)
      await first.micro.stop()
      copyFileSync(file, `${folder.path}/copy.db`)
      const second = await start(open())
      for (const _ of upTo(COMMANDS)) await deposit(second.micro, 'a')
      await second.micro.act('set limit', { account: 'a', amount: 1 })
      await second.micro.stop()
      for (const ending of ['-wal', '-shm', '']) rmSync(file + ending, { force: true })
      copyFileSync(`${folder.path}/copy.db`, file)
      if (how === 'has other events there') {
        // Somebody went on with the copy, elsewhere, beyond what the models know.
        const elsewhere = await start({ store: sqliteEventStore({ file }), projections: memoryProjectionStore() })
        for (const index of upTo(COMMANDS * 2)) await deposit(elsewhere.micro, 'bc'[index % 2] as string)
        await elsewhere.micro.stop()
      }
      const after = await start(open())
      expect(warnings(after.log)).toBe(2)
      await expectAsTheLog(after.micro, await readLog(open().store))
      for (const index of upTo(COMMANDS)) await deposit(after.micro, 'bc'[index % 2] as string)
      await expectAsTheLog(after.micro, await readLog(open().store))
      await after.micro.stop()
      // Once is enough: the next start finds the models where they stand.
      const again = await start(open())
      await expectAsTheLog(again.micro, await readLog(open().store))
      await again.micro.stop()
    },
  )
})
