import assert from 'node:assert/strict'
import type { RegisterChecks } from './register-checks.ts'
import { ACCOUNT, apply, begun, FIRST, MODELS, PROJECTION, put, SECOND } from './projection-store-bench.ts'

/** Checkpoints and waiting for them. */
export const registerCheckpointChecks: RegisterChecks = ({ check }) => {
  check('PS-CHECKPOINT-NONE', 'is undefined without a generation, and 0 before the first event', async (bench) => {
    const store = await bench.open()
    assert.equal(await store.checkpoint(PROJECTION), undefined)
    assert.equal(await store.checkpoint(PROJECTION, { generation: 1 }), undefined)
    await store.prepare(FIRST, MODELS)
    assert.equal(await store.checkpoint(PROJECTION), undefined, 'prepared is not active')
    assert.deepEqual(await store.checkpoint(PROJECTION, { generation: 1 }), {
      generation: 1,
      position: 0,
      eventId: '',
    })
    await store.activate(FIRST)
    assert.deepEqual(await store.checkpoint(PROJECTION), { generation: 1, position: 0, eventId: '' })
    assert.deepEqual(await store.checkpoint(PROJECTION, { atLeast: 0 }), { generation: 1, position: 0, eventId: '' })
    assert.equal(await store.checkpoint(PROJECTION, { generation: 2 }), undefined)
  })

  check('PS-CHECKPOINT-NAMED', 'answers for the active generation or the named one, and says which', async (bench) => {
    const store = await bench.openActive()
    await apply(store, FIRST, [], 5)
    await store.prepare(SECOND, MODELS)
    await apply(store, SECOND, [], 7)
    assert.deepEqual(await store.checkpoint(PROJECTION), { generation: 1, position: 5, eventId: 'event-5' })
    assert.deepEqual(await store.checkpoint(PROJECTION, { generation: 2 }), {
      generation: 2,
      position: 7,
      eventId: 'event-7',
    })
    await store.activate(SECOND)
    assert.deepEqual(await store.checkpoint(PROJECTION), { generation: 2, position: 7, eventId: 'event-7' })
    assert.equal((await store.checkpoint(PROJECTION, { generation: 1 }))?.position, 5)
  })

  check('PS-CHECKPOINT-REACHED', 'resolves at once for a position that is reached', async (bench) => {
    const store = await bench.openActive()
    await apply(store, FIRST, [], 5)
    for (const atLeast of [0, 1, 5]) assert.equal((await store.checkpoint(PROJECTION, { atLeast }))?.position, 5)
  })

  check(
    ['PS-CHECKPOINT-REACHED', 'PS-READ-CHECKPOINT'],
    'waits for each position, whichever handle commits it',
    async (bench) => {
      const writer = await bench.openActive()
      const reader = await bench.open()
      const steps = bench.scaled(50)
      const reaches = async (atLeast: number): Promise<void> => {
        const store = atLeast % 2 === 0 ? reader : writer
        const reached = await store.checkpoint(PROJECTION, { atLeast })
        assert.ok((reached?.position ?? 0) >= atLeast, `${reached?.position} is not ${atLeast}`)
        const [row] = await store.get(ACCOUNT, ['a'])
        assert.ok((row?.['n'] as number) >= atLeast, 'the row is behind the checkpoint')
      }
      const waits = Array.from({ length: steps }, (_, index) => begun(reaches(index + 1)))
      for (let n = 1; n <= steps; n++) await apply(writer, FIRST, [put({ id: 'a', n })])
      await Promise.all(waits)
    },
  )

  check('PS-CHECKPOINT-REACHED', 'does not resolve before the position is reached', async (bench) => {
    const store = await bench.openActive()
    let isReached = false
    const wait = begun(
      store.checkpoint(PROJECTION, { atLeast: 10 }).then((reached) => {
        isReached = true
        return reached
      }),
    )
    for (let step = 0; step < 3; step++) {
      await apply(store, FIRST, [], 3)
      // Another read comes back, so an answer given too early would have come too.
      await store.count(ACCOUNT, {})
      assert.equal(isReached, false, `resolved at ${(step + 1) * 3}`)
    }
    await apply(store, FIRST, [], 3)
    assert.equal((await wait)?.position, 12)
  })

  check('PS-CHECKPOINT-REACHED', 'waits for the named generation, and for one that becomes active', async (bench) => {
    const store = await bench.openActive()
    const other = await bench.open()
    await store.prepare(SECOND, MODELS)
    const active = begun(other.checkpoint(PROJECTION, { atLeast: 5 }))
    const named = begun(other.checkpoint(PROJECTION, { atLeast: 5, generation: 2 }))
    const stillOld = begun(other.checkpoint(PROJECTION, { atLeast: 5, generation: 1 }))
    await apply(store, SECOND, [], 6)
    assert.deepEqual(await named, { generation: 2, position: 6, eventId: 'event-6' })
    await store.activate(SECOND)
    assert.deepEqual(await active, { generation: 2, position: 6, eventId: 'event-6' })
    await apply(store, FIRST, [], 8)
    assert.deepEqual(await stillOld, { generation: 1, position: 8, eventId: 'event-8' })
  })

  check(['PS-CHECKPOINT-REACHED', 'PS-ABORTED'], 'ends a wait with the reason it is aborted for', async (bench) => {
    const store = await bench.openActive()
    const controller = new AbortController()
    const reason = new Error('enough')
    const wait = store.checkpoint(PROJECTION, { atLeast: 10, signal: controller.signal })
    const unhurried = begun(store.checkpoint(PROJECTION, { atLeast: 10 }))
    const refused = begun(assert.rejects(wait, (error) => error === reason))
    await store.count(ACCOUNT, {})
    controller.abort(reason)
    await refused
    await apply(store, FIRST, [], 10)
    assert.equal((await unhurried)?.position, 10, 'another wait goes on')
  })
}
