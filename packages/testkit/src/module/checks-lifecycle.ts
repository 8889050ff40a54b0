import assert from 'node:assert/strict'
import type { ModuleBench } from './module-bench.ts'
import type { Probe } from './probes.ts'
import type { RegisterChecks } from './register-checks.ts'

export const registerLifecycleChecks: RegisterChecks = ({ check }) => {
  check('MO-CREATE-INERT', 'composing makes nothing', ({ probes, compose, runtime }) => {
    compose(probes.define('one'))
    assert.deepEqual(probes.steps, [])
    assert.equal(runtime.pendingTimers, 0)
  })

  check('MO-CREATE-NO-ACT', 'an action called in create is a TypeError', async ({ probes, start, runtime }) => {
    let thrown: unknown
    const calling = probes.define('calling', {
      actions: { 'be called': () => 'called' },
      onCreate: async ({ act }) => {
        thrown = await act('be called').catch((error: unknown) => error)
      },
    })
    await start(calling)
    assert.ok(thrown instanceof TypeError, String(thrown))
    assert.match(thrown.message, /"calling"/)
    await runtime.settle()
  })

  check('MO-CREATE-NO-ACT', 'an action called in start answers', async ({ probes, start }) => {
    let answer: unknown
    await start(
      probes.define('calling', {
        actions: { 'be called': () => 'called' },
        onStart: async ({ act }) => {
          answer = await act('be called')
        },
      }),
    )
    assert.equal(answer, 'called')
  })

  check('MO-START-ORDER', 'all are made, then all are started, each after what it loads', async (bench) => {
    await bench.start(...diamond(bench))
    const order = ['base', 'left', 'right', 'top']
    assert.deepEqual(bench.probes.steps, [
      ...order.map((name) => `create ${name}`),
      ...order.map((name) => `start ${name}`),
    ])
  })

  check('MO-STOP-ORDER', 'modules stop in reverse of their start', async (bench) => {
    const micro = await bench.start(...diamond(bench))
    await bench.stop(micro)
    assert.deepEqual(bench.probes.of('stop'), bench.probes.of('start').toReversed())
  })

  check(
    ['MO-START-ROLLBACK', 'MO-STOP-UNSTARTED'],
    'a create that fails: what was made is stopped in reverse, nothing is started',
    async (bench) => {
      const { probes, compose, runtime } = bench
      const micro = compose(
        ...diamond(bench),
        probes.define('failing', { load: ['top'], onCreate: failure }),
        probes.define('never'),
      )
      await assert.rejects(runtime.until(micro.start()), /this step fails/)
      assert.deepEqual(probes.of('stop'), ['top', 'right', 'left', 'base'])
      assert.deepEqual(probes.of('start'), [])
      assert.equal(probes.of('create').includes('never'), false)
    },
  )

  check(
    'MO-START-ROLLBACK',
    'a start that fails: what was made is stopped in reverse, itself included',
    async (bench) => {
      const { probes, compose, runtime } = bench
      const micro = compose(...diamond(bench), probes.define('failing', { load: ['top'], onStart: failure }))
      await assert.rejects(runtime.until(micro.start()), /this step fails/)
      assert.deepEqual(probes.of('stop'), ['failing', 'top', 'right', 'left', 'base'])
      assert.equal(micro.health().status, 'stopped')
    },
  )

  check('MO-START-AGAIN', 'start is asked for three times, and happens once', async (bench) => {
    const { compose, runtime, probes } = bench
    const micro = compose(...diamond(bench))
    await runtime.until(Promise.all([micro.start(), micro.start()]))
    await runtime.until(micro.start())
    assert.equal(probes.steps.length, 8)
  })

  check('MO-STOP-AGAIN', 'stop is asked for three times, and happens once', async (bench) => {
    const micro = await bench.start(...diamond(bench))
    await Promise.all([bench.stop(micro), bench.stop(micro)])
    await bench.stop(micro)
    assert.equal(bench.probes.of('stop').length, 4)
  })

  check('MO-STOP-AGAIN', 'a stop after a start that failed stops nothing twice', async (bench) => {
    const { compose, probes, runtime } = bench
    const micro = compose(probes.define('fine'), probes.define('failing', { onStart: failure }))
    await assert.rejects(runtime.until(micro.start()), /this step fails/)
    await bench.stop(micro)
    assert.deepEqual(probes.of('stop'), ['failing', 'fine'])
    await assert.rejects(micro.start())
    assert.equal(probes.of('create').length, 2)
  })

  check('MO-STOP-AGAIN', 'a stop before any start makes and stops nothing', async ({ compose, stop, probes }) => {
    await stop(compose(probes.define('one')))
    assert.deepEqual(probes.steps, [])
  })

  check(
    'MO-STOP-ALL',
    'one that fails to stop is logged, and the others stop',
    async ({ probes, start, stop, log }) => {
      const micro = await start(
        probes.define('one'),
        probes.define('failing', { onStop: failure }),
        probes.define('two'),
      )
      await stop(micro)
      assert.deepEqual(probes.of('stop'), ['two', 'failing', 'one'])
      assert.deepEqual(
        log.of('error').map(({ fields }) => fields['module']),
        ['failing'],
      )
    },
  )
}

/** Four modules, listed so that only their loads give their order. */
function diamond({ probes }: ModuleBench): readonly Probe[] {
  const base = probes.define('base')
  const left = probes.define('left', { load: [base] })
  const right = probes.define('right', { load: ['base'] })
  return [probes.define('top', { load: [left, right] }), right, base]
}

function failure(): never {
  throw new RangeError('this step fails')
}
