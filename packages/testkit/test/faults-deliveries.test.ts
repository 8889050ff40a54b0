import {
  createMicro,
  isMicroError,
  memoryEventStore,
  memoryProjectionStore,
  type Micro,
  type MicroOptions,
  type ProjectionCommit,
} from '@micro/core'
import { describe, expect, it } from 'vitest'
import { conformanceHost } from '../src/conformance/conformance-host.ts'
import { Faults, faultyEventStore, faultyProjectionStore } from '../src/faults/index.ts'
import { captureLog, scaled, seededRuntime, type SeededRuntime } from '../src/index.ts'
import { Chance } from '../src/runtime/chance.ts'
import { accountView, bankSheets, depositMoney, openAccount, withdrawMoney } from './support/bank.ts'

const ACCOUNTS = ['a', 'b', 'c']
const WINDOW = 10
/** Events that wait to be applied are where one that comes twice could be applied twice. */
const SLOW_COMMITS = { commit: { probability: 0.5, mostMs: 60 } }
/** Seeds; each writes some eighty events. */
const RUNS = scaled(100, 5)

async function started(runtime: SeededRuntime, options: Partial<MicroOptions>): Promise<Micro> {
  const micro = createMicro({ name: 'bank', runtime, modules: [captureLog().module], sheets: bankSheets, ...options })
  await runtime.until(micro.start())
  return micro
}

async function write(micro: Micro, runtime: SeededRuntime, chance: Chance, commands: number): Promise<void> {
  for (let count = 0; count < commands; count++) {
    const payload = { account: ACCOUNTS[chance.below(3)] ?? 'a', amount: 1 + chance.below(30) }
    const asked = micro.act(chance.happens(0.7) ? depositMoney : withdrawMoney, payload)
    await runtime.until(asked.catch(() => 'there was not enough money'))
  }
}

function balances(micro: Micro, runtime: SeededRuntime): Promise<readonly unknown[]> {
  return runtime.until(Promise.all(ACCOUNTS.map((id) => micro.act(accountView, { account: id }))))
}

const codeOf = (error: unknown): unknown => (isMicroError(error) ? error.code : error)

/** What an adapter that breaks its promises does to models. */
describe('[36] deliveries that no adapter may make', () => {
  it('[36] every event twice, within a window of 10: models are as of each event once, in order', async () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const runtime = seededRuntime({ seed })
      const store = memoryEventStore()
      const faults = new Faults({
        seed,
        split: 1,
        window: WINDOW,
        rates: { subscribe: { doubled: 1 } },
        delays: SLOW_COMMITS,
      })
      const writer = await started(runtime, { store })
      for (const id of ACCOUNTS) await runtime.until(writer.act(openAccount, { account: id, owner: id }))
      const reader = await started(runtime, {
        store: faultyEventStore(store, faults),
        projections: faultyProjectionStore(memoryProjectionStore(), faults),
      })
      const chance = new Chance(seed, 1)
      await Promise.all([write(writer, runtime, chance, 40), write(reader, runtime, new Chance(seed, 2), 40)])
      await runtime.advance(5_000)
      expect(await balances(reader, runtime), `seed ${seed}`).toEqual(await balances(writer, runtime))
      expect(reader.health().status, `seed ${seed}`).toBe('started')
      await runtime.until(Promise.all([writer.stop(), reader.stop()]))
    }
  })

  it('[36] out of order within a window of 10: refused aloud at the first late event, and right after a restart', async () => {
    let refused = 0
    for (let seed = 1; seed <= RUNS; seed++) {
      const runtime = seededRuntime({ seed })
      const store = memoryEventStore()
      const faults = new Faults({
        seed,
        split: 1,
        window: WINDOW,
        rates: { subscribe: { doubled: 0.2, 'held back': 0.1 } },
      })
      const writer = await started(runtime, { store })
      const reader = await started(runtime, { store: faultyEventStore(store, faults) })
      for (const id of ACCOUNTS) await runtime.until(writer.act(openAccount, { account: id, owner: id }))
      await write(writer, runtime, new Chance(seed, 1), 40)
      await runtime.advance(5_000)
      const expected = await balances(writer, runtime)
      // Where nothing later came before it, what was held back is in its place.
      const isSound = reader.health().status === 'started'
      const seen = isSound ? await balances(reader, runtime) : codeOf(await runtime.until(reader.stopped))
      if (!isSound) refused++
      expect(seen, `seed ${seed}`).toEqual(isSound ? expected : 'MICRO_STORE_CORRUPT')
      await runtime.until(reader.stop())
      const again = await started(runtime, { store })
      expect(await balances(again, runtime), `seed ${seed}`).toEqual(expected)
      await runtime.until(Promise.all([writer.stop(), again.stop()]))
    }
    expect(refused).toBeGreaterThan(RUNS / 2)
  })

  it('[36] commits twice and out of order within a window of 10: rows are as of each commit once, in order', async () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const runtime = seededRuntime({ seed })
      const store = await memoryProjectionStore().open(conformanceHost({ runtime }))
      const generation = { projection: 'sums@1', generation: 1 }
      await store.prepare(generation, [{ model: 'sum', key: 'id', indexes: [] }])
      await store.activate(generation)
      const commits = Array.from({ length: 40 }, (_, at): ProjectionCommit => {
        const place = (position: number) => ({ position, eventId: `event ${position}` })
        const row = { id: 'sum', total: ((at + 1) * (at + 2)) / 2 }
        return {
          previous: at === 0 ? undefined : place(at),
          next: place(at + 1),
          changes: [{ kind: 'put', model: 'sum', key: 'sum', row }],
        }
      })
      const chance = new Chance(seed, 3)
      // Each twice, displaced by up to the window, and again and again until the last one stands, as appliers do.
      const displaced = [...commits, ...commits]
        .map((commit) => ({ commit, place: commit.next.position + chance.fraction() * WINDOW }))
        .toSorted((one, other) => one.place - other.place)
      let applied = 0
      for (let round = 0; applied < commits.length && round < commits.length; round++)
        for (const { commit } of displaced) {
          const [result] = await Promise.allSettled([store.commit(generation, commit)])
          const isNext = commit.next.position === applied + 1
          const stands = commit.next.position === applied
          expect(result.status, `seed ${seed}, ${commit.next.position} after ${applied}`).toBe(
            isNext || stands ? 'fulfilled' : 'rejected',
          )
          if (isNext) applied++
          const [row] = await store.get({ projection: 'sums@1', model: 'sum' }, ['sum'])
          expect(row?.['total'] ?? 0, `seed ${seed}`).toBe((applied * (applied + 1)) / 2)
        }
      expect(applied).toBe(commits.length)
      await store.close()
    }
  })
})
