import { performance } from 'node:perf_hooks'
import {
  createMicro,
  type EventStoreProvider,
  memoryEventStore,
  memoryProjectionStore,
  type Micro,
  type ProjectionStoreProvider,
} from '@micro/core'
import { sqliteStore } from '@micro/store-sqlite'
import { scaled } from '@micro/testkit'
import { expect, it } from 'vitest'
import { readLog } from './support/read-log.ts'
import { type Done, serviceOptions } from './support/desk.ts'
import { inParallel, upTo } from './support/in-parallel.ts'
import { expectNoDoubles } from './support/no-doubles.ts'
import { silentModule } from '../../test-e2e/test/support/silent-logger.ts'
import { tempFolder } from '../../test-e2e/test/support/temp-folder.ts'

const COMMANDS = scaled(100_000, 10_000)
const ACCOUNTS = 500
const REPEATS = 500
const READY_WITHIN_MS = 5_000

interface Parts {
  readonly store: EventStoreProvider
  readonly projections: ProjectionStoreProvider
}

/** Models that outlive the instance, over a store that knows old ids itself and over one that does not. */
const PLACES: Readonly<Record<string, (folder: string) => () => Parts>> = {
  'one SQLite file': (folder) => () => {
    const { events, projections } = sqliteStore({ file: `${folder}/log.db` })
    return { store: events, projections }
  },
  'memory without unique ids': () => {
    const parts = { store: memoryEventStore({ uniqueEventIds: false }), projections: memoryProjectionStore() }
    return () => parts
  },
}

async function start(parts: Parts): Promise<Micro> {
  const { modules = [], ...own } = serviceOptions({})
  const micro = createMicro({ name: 'desk', ...parts, ...own, modules: [silentModule, ...modules] })
  await micro.start()
  return micro
}

const commandOf = (index: number) =>
  index < ACCOUNTS
    ? { action: 'open', payload: { account: `a${index}`, owner: 'ann' }, commandId: `c${index}` }
    : { action: 'deposit', payload: { account: `a${index % ACCOUNTS}`, amount: 1 }, commandId: `c${index}` }

const askFor = async (micro: Micro, index: number): Promise<Done> => {
  const { action, payload, commandId } = commandOf(index)
  return (await micro.act(action, payload, { commandId, timeoutMs: 60_000 })) as Done
}

it.each(Object.keys(PLACES))(
  `[108] a start at a shared checkpoint in %s knows the ${COMMANDS} commands before it, and is ready in < ${READY_WITHIN_MS} ms`,
  async (place) => {
    using folder = tempFolder()
    const open = (PLACES[place] as (typeof PLACES)[string])(folder.path)
    const before = await start(open())
    const answers: Done[] = []
    await inParallel(upTo(ACCOUNTS), 100, async (index) => void (answers[index] = await askFor(before, index)))
    await inParallel(upTo(COMMANDS - ACCOUNTS), 200, async (index) => {
      answers[index + ACCOUNTS] = await askFor(before, index + ACCOUNTS)
    })
    await before.stop()

    const began = performance.now()
    const after = await start(open())
    const readyMs = performance.now() - began
    console.log(`[108] ${place}: ready after ${readyMs.toFixed(0)} ms`)
    const repeated = upTo(REPEATS).map((count) => Math.floor((count * COMMANDS) / REPEATS))
    const again = await inParallel(repeated, 50, (index) => askFor(after, index))
    await after.stop()
    expect(again).toEqual(repeated.map((index) => answers[index]))
    const log = await readLog(open().store)
    expect(log).toHaveLength(COMMANDS)
    expectNoDoubles(log)
    expect(readyMs).toBeLessThan(READY_WITHIN_MS)
  },
)
