import assert from 'node:assert/strict'
import type { ModuleContext, ModuleDefinition } from '@micro/core'
import type { Checks } from '../conformance/checks.ts'
import type { ModuleBench } from './module-bench.ts'
import type { ModulePromise } from './promises.ts'

export interface OwnModuleBench extends ModuleBench {
  readonly create: () => Promise<ModuleDefinition>
}

/** What every module must bear, whatever it is for. */
export function registerOwnModuleChecks({ check }: Checks<ModulePromise, OwnModuleBench>): void {
  check('MO-STOP-QUIET', 'it starts, and stops without a trace', async (bench) => {
    const micro = await bench.start(await bench.create())
    assert.equal(micro.health().status, 'started')
    await bench.stop(micro)
    await assertQuiet(bench)
  })

  check(['MO-START-AGAIN', 'MO-STOP-AGAIN'], 'the same definition serves one service after another', async (bench) => {
    const definition = await bench.create()
    for (let turn = 1; turn <= 2; turn++) await bench.stop(await bench.start(definition))
    await assertQuiet(bench)
  })

  check('MO-SERVICES-APART', 'two services at once share no API, and each goes on without the other', async (bench) => {
    const definition = await bench.create()
    const apis: unknown[] = []
    const loaderOf = (): ModuleDefinition =>
      bench.probes.define('loader', { load: [definition], onStart: ({ load }) => apis.push(load(definition)) })
    const first = await bench.start(loaderOf())
    const second = await bench.start(loaderOf())
    assertApart(apis)
    await bench.stop(first)
    assert.equal(second.health().status, 'started')
    await bench.stop(second)
    await assertQuiet(bench)
  })

  check(
    ['MO-SHARED-ONCE', 'MO-EXCLUSIVE-EACH'],
    'its loaders get one API or their own, as its scope says',
    async (bench) => {
      const definition = await bench.create()
      const apis: unknown[] = []
      const onStart = ({ load }: ModuleContext): unknown => apis.push(load(definition))
      const loaders = ['left', 'right'].map((name) => bench.probes.define(name, { load: [definition], onStart }))
      const micro = await bench.start(...loaders)
      if (definition.scope === 'shared') assert.equal(apis[0], apis[1])
      else assertApart(apis)
      await bench.stop(micro)
      await assertQuiet(bench)
    },
  )

  check(['MO-STOP-UNSTARTED', 'MO-START-ROLLBACK'], 'it stops though it was never started', async (bench) => {
    await rolledBack(bench, 'onCreate')
  })

  check('MO-START-ROLLBACK', 'it stops when what loads it fails to start', async (bench) => {
    await rolledBack(bench, 'onStart')
  })
}

async function rolledBack(bench: OwnModuleBench, step: 'onCreate' | 'onStart'): Promise<void> {
  const failing = bench.probes.define('failing', {
    load: [await bench.create()],
    [step]: () => {
      throw new RangeError('this step fails')
    },
  })
  const micro = bench.compose(failing)
  await assert.rejects(bench.runtime.until(micro.start()), /this step fails/)
  await assertQuiet(bench)
}

/** Timers of the host's runtime; what a module begins elsewhere only it can know. */
async function assertQuiet({ runtime, log }: ModuleBench): Promise<void> {
  await runtime.settle()
  assert.equal(runtime.pendingTimers, 0, 'timers are left after the stop')
  assert.deepEqual(
    log.of('error', 'fatal').map(({ message, fields }) => `${message}: ${String(fields['err'])}`),
    [],
  )
}

function assertApart([first, second]: readonly unknown[]): void {
  // Two numbers or names may be equal and yet nobody's but their owner's.
  if (typeof first !== 'object' && typeof first !== 'function') return
  if (first === null) return
  assert.notEqual(first, second, 'both got the same API object')
}
