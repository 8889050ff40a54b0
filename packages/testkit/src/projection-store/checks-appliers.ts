import assert from 'node:assert/strict'
import type { ProjectionStore } from '@micro/core'
import type { RegisterChecks } from './register-checks.ts'
import {
  ACCOUNT,
  after,
  apply,
  asPrevious,
  FIRST,
  PROJECTION,
  type ProjectionStoreBench,
  put,
  succeeds,
} from './projection-store-bench.ts'

const APPLIERS = 8

/** Several appliers and readers at once, each with its own handle. */
export const registerApplierChecks: RegisterChecks = ({ check }) => {
  check('PS-COMMIT-ONE-WINNER', 'lets exactly one of eight appliers win each step', async (bench) => {
    const steps = bench.scaled(200)
    const winners = new Map<number, number>()
    await race(bench, steps, async (store, applier) => {
      const previous = asPrevious(await store.checkpoint(PROJECTION))
      const next = after(previous, 1, ` by ${applier}`)
      const [row] = await store.get(ACCOUNT, ['count'])
      const n = ((row?.['n'] as number | undefined) ?? 0) + 1
      const won = await succeeds(store.commit(FIRST, { previous, next, changes: [put({ id: 'count', n })] }))
      if (won) winners.set(next.position, (winners.get(next.position) ?? 0) + 1)
    })
    const last = await lastOf(bench)
    assert.deepEqual(
      [...winners.keys()].sort((a, b) => a - b),
      Array.from({ length: last.position }, (_, index) => index + 1),
    )
    assert.ok(
      [...winners.values()].every((count) => count === 1),
      'a step had several winners',
    )
    assert.equal(last.n, last.position, 'the row counts the steps')
  })

  check(
    ['PS-COMMIT-ONE-WINNER', 'PS-COMMIT-AGAIN'],
    'applies each event once though eight appliers try to',
    async (bench) => {
      const steps = bench.scaled(200)
      await race(bench, steps, async (store) => {
        const previous = asPrevious(await store.checkpoint(PROJECTION))
        const [row] = await store.get(ACCOUNT, ['count'])
        const n = ((row?.['n'] as number | undefined) ?? 0) + 1
        await succeeds(store.commit(FIRST, { previous, next: after(previous), changes: [put({ id: 'count', n })] }))
      })
      const last = await lastOf(bench)
      assert.equal(last.n, last.position, 'the row counts the events')
    },
  )

  check(
    ['PS-READ-CHECKPOINT', 'PS-COMMIT-ATOMIC'],
    'shows rows and checkpoint together to every handle',
    async (bench) => {
      const writer = await bench.openActive()
      const steps = bench.scaled(300)
      await apply(writer, FIRST, rowsAt(1))
      await besides(bench, write(bench, writer, steps), async () => {
        const reader = await bench.open()
        return async () => {
          const before = (await reader.checkpoint(PROJECTION))?.position ?? 0
          const rows = await reader.get(ACCOUNT, ['a', 'b'])
          const found = await reader.find(ACCOUNT, { owner: 'ann' })
          const checkpoint = (await reader.checkpoint(PROJECTION))?.position ?? 0
          assert.equal(found.length, 2)
          for (const row of [...rows, ...found]) {
            const n = row?.['n'] as number
            assert.ok(n >= before, `a row of ${n} after the checkpoint ${before}`)
            assert.ok(n <= checkpoint, `a row of ${n} before the checkpoint ${checkpoint}`)
          }
        }
      })
    },
  )

  check('PS-READ-SNAPSHOT', 'sees the rows of one checkpoint in one find or count', async (bench) => {
    const writer = await bench.openActive()
    const { snapshotReads } = (await bench.provider()).capabilities
    const steps = bench.scaled(300)
    await apply(writer, FIRST, rowsAt(1))
    await besides(bench, write(bench, writer, steps), async () => {
      const reader = await bench.open()
      return async () => {
        const found = await reader.find(ACCOUNT, {})
        const versions = new Set(found.map((row) => row['n'] as number))
        if (snapshotReads) assert.equal(versions.size, 1, `one find saw ${[...versions].join(' and ')}`)
        // Each step moves the mark from one row to the other.
        const marked = await reader.count(ACCOUNT, { marked: true })
        if (snapshotReads) assert.equal(marked, 1, `one count saw ${marked} marks`)
      }
    })
  })
}

function rowsAt(n: number): ReturnType<typeof put>[] {
  return [
    put({ id: 'a', owner: 'ann', n, marked: n % 2 === 0 }),
    put({ id: 'b', owner: 'ann', n, marked: n % 2 === 1 }),
  ]
}

async function write(bench: ProjectionStoreBench, store: ProjectionStore, steps: number): Promise<void> {
  for (let n = 2; n <= steps; n++) {
    await apply(store, FIRST, rowsAt(n))
    // Several commits in one turn, then others have theirs.
    if (n % 5 === 0) await bench.turn()
  }
}

/** Reads over and over, from four handles, until the writing has ended. */
async function besides(
  bench: ProjectionStoreBench,
  writing: Promise<void>,
  begin: () => Promise<() => Promise<void>>,
): Promise<void> {
  let isWriting = true
  const ended = writing.finally(() => (isWriting = false))
  const reading = Array.from({ length: 4 }, async () => {
    const read = await begin()
    do {
      await read()
      await bench.turn()
    } while (isWriting)
  })
  await Promise.all([ended, ...reading])
}

async function race(
  bench: ProjectionStoreBench,
  steps: number,
  attempt: (store: ProjectionStore, applier: number) => Promise<void>,
): Promise<void> {
  await bench.openActive()
  const appliers = Array.from({ length: APPLIERS }, async (_, applier) => {
    const store = await bench.open()
    while (((await store.checkpoint(PROJECTION))?.position ?? 0) < steps) {
      await attempt(store, applier)
      await bench.turn()
    }
  })
  await Promise.all(appliers)
}

async function lastOf(bench: ProjectionStoreBench): Promise<{ position: number; n: unknown }> {
  const store = await bench.open()
  const [row] = await store.get(ACCOUNT, ['count'])
  return { position: (await store.checkpoint(PROJECTION))?.position ?? 0, n: row?.['n'] }
}
