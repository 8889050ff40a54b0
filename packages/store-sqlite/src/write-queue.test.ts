import { MicroError, systemRuntime } from '@micro/core'
import { describe, expect, it } from 'vitest'
import type { Connection } from './load-sqlite.ts'
import { type Care, WriteQueue, type WriteTask } from './write-queue.ts'

function driverError(errcode: number): Error {
  return Object.assign(new Error('what SQLite says'), { errcode })
}

/** A connection that only remembers what was asked of it, and fails when told to. */
function setUp(failures: Readonly<Record<string, readonly (number | undefined)[]>> = {}) {
  const asked: string[] = []
  const left = Object.fromEntries(Object.entries(failures).map(([sql, codes]) => [sql, [...codes]]))
  let isTransaction = false
  const connection = {
    get isTransaction() {
      return isTransaction
    },
    exec(sql: string) {
      asked.push(sql)
      const code = left[sql]?.shift()
      if (code !== undefined) throw driverError(code)
      isTransaction = sql === 'BEGIN IMMEDIATE'
    },
  } as Connection
  const failed: unknown[] = []
  const hooks = {
    begun: () => undefined,
    committed: () => asked.push('told'),
    undone: () => asked.push('undone'),
    failed: (error: unknown) => failed.push(error),
  }
  return { asked, failed, queue: new WriteQueue(connection, 'bank.db', systemRuntime(), 200, hooks) }
}

const task = <Result>(run: (care: Care) => Result, weight = 1): WriteTask<Result> => ({ weight, run })

describe('WriteQueue', () => {
  it('writes all that waits in one transaction, and answers when it is durable', async () => {
    const { asked, queue } = setUp()
    const results = await Promise.all([1, 2, 3].map((n) => queue.add(task(() => (asked.push(`run ${n}`), n)))))
    expect(results).toEqual([1, 2, 3])
    expect(asked).toEqual(['BEGIN IMMEDIATE', 'run 1', 'run 2', 'run 3', 'COMMIT', 'told'])
  })

  it('begins another transaction when a group is large enough', async () => {
    const { asked, queue } = setUp()
    await Promise.all([200, 100, 500, 1].map((weight) => queue.add(task(() => asked.push(String(weight)), weight))))
    expect(asked.filter((entry) => /^\d|COMMIT/.test(entry))).toEqual([
      '200',
      'COMMIT',
      '100',
      'COMMIT',
      '500',
      'COMMIT',
      '1',
      'COMMIT',
    ])
  })

  it('refuses one task alone', async () => {
    const { queue } = setUp()
    const refusal = new MicroError('MICRO_CONFLICT', 'no')
    const tasks = [
      () => 1,
      () => {
        throw refusal
      },
      () => 3,
    ]
    const results = await Promise.allSettled(tasks.map((run) => queue.add(task(run))))
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(results[1]).toMatchObject({ reason: refusal })
  })

  it('runs a group again with care, then one by one, when a task spoils it', async () => {
    const { asked, queue } = setUp()
    const spoiled = task((care) => {
      asked.push(`spoiled ${care}`)
      throw driverError(18)
    })
    const [good, bad] = await Promise.allSettled([
      queue.add(task((care) => (asked.push(`good ${care}`), care))),
      queue.add(spoiled),
    ])
    expect(good).toEqual({ status: 'fulfilled', value: 'careful' })
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'MICRO_TOO_LARGE' } })
    expect(asked.filter((entry) => /good|spoiled/.test(entry))).toEqual([
      'good hopeful',
      'spoiled hopeful',
      'good careful',
      'spoiled careful',
      'good careful',
      'spoiled careful',
    ])
  })

  it('undoes what a task wrote before it met damage', async () => {
    const { asked, queue } = setUp()
    const damage = new MicroError('MICRO_STORE_CORRUPT', 'damaged', { details: { place: 'here' } })
    await expect(
      queue.add(
        task(() => {
          throw damage
        }),
      ),
    ).rejects.toBe(damage)
    expect(asked).not.toContain('COMMIT')
    expect(asked).toContain('ROLLBACK')
  })

  it('waits for its turn while another process writes, and gives up in the end', async () => {
    const patient = setUp({ 'BEGIN IMMEDIATE': [5, 5, 5] })
    expect(await patient.queue.add(task(() => 'written'))).toBe('written')
    const tired = setUp({ 'BEGIN IMMEDIATE': Array.from({ length: 10_000 }, () => 5) })
    await expect(tired.queue.add(task(() => 1))).rejects.toMatchObject({ code: 'MICRO_UNAVAILABLE', outcome: 'none' })
    expect(tired.failed).toEqual([])
  })

  it('goes on after a full disk', async () => {
    const { queue } = setUp({ COMMIT: [13] })
    await expect(queue.add(task(() => 1))).rejects.toMatchObject({ code: 'MICRO_STORE_FULL', outcome: 'none' })
    expect(await queue.add(task(() => 2))).toBe(2)
  })

  it('acknowledges nothing more after a sync that failed', async () => {
    const { asked, failed, queue } = setUp({ COMMIT: [1034] })
    const inFlight = [1, 2].map((n) => queue.add(task(() => n)))
    for (const append of inFlight)
      await expect(append).rejects.toMatchObject({ code: 'MICRO_UNAVAILABLE', outcome: 'unknown' })
    await expect(queue.add(task(() => 3))).rejects.toMatchObject({ code: 'MICRO_UNAVAILABLE', outcome: 'none' })
    expect(asked.filter((sql) => sql === 'COMMIT')).toHaveLength(1)
    expect(failed).toHaveLength(1)
  })

  it('is idle when all have their answers', async () => {
    const { queue } = setUp()
    const done: number[] = []
    for (let n = 0; n < 5; n++) void queue.add(task(() => n, 300)).then((result) => done.push(result))
    await queue.idle()
    expect(done).toEqual([0, 1, 2, 3, 4])
  })
})
