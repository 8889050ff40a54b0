import assert from 'node:assert/strict'
import { isMicroError, type MicroError, type ModuleDefinition } from '@micro/core'
import type { ModuleBench } from './module-bench.ts'
import type { ProbeApi } from './probes.ts'
import type { RegisterChecks } from './register-checks.ts'

export const registerLoadingChecks: RegisterChecks = ({ check }) => {
  check('MO-SHARED-ONCE', 'two loaders and the service get the same shared module', async ({ probes, start }) => {
    const shared = probes.define('shared')
    await start(probes.define('left', { load: [shared] }), probes.define('right', { load: ['shared'] }), shared)
    assert.deepEqual(
      probes.of('create').filter((name) => name === 'shared'),
      ['shared'],
    )
    assert.equal(probes.loadedBy('left')[0], probes.loadedBy('right')[0])
    assert.notEqual(probes.loadedBy('left')[0], undefined)
  })

  check(
    'MO-EXCLUSIVE-EACH',
    'two loaders and the service get three of an exclusive module',
    async ({ probes, start }) => {
      const own = probes.define('own', { scope: 'exclusive' })
      await start(probes.define('left', { load: [own] }), probes.define('right', { load: [own] }), own)
      for (const step of ['create', 'start'] as const)
        assert.equal(probes.of(step).filter((name) => name === 'own').length, 3, step)
      const apis = probes.apis.filter(({ name }) => name === 'own')
      assert.equal(new Set(apis).size, 3)
      assert.notEqual(probes.loadedBy('left')[0], probes.loadedBy('right')[0])
    },
  )

  check(
    ['MO-EXCLUSIVE-EACH', 'MO-SHARED-ONCE'],
    'each exclusive module gets the one shared module that it loads',
    async ({ probes, start }) => {
      const shared = probes.define('shared')
      const own = probes.define('own', { scope: 'exclusive', load: [shared] })
      await start(probes.define('left', { load: [own] }), probes.define('right', { load: [own] }))
      const [left, right] = [probes.loadedBy('left')[0], probes.loadedBy('right')[0]] as [ProbeApi, ProbeApi]
      assert.notEqual(left, right)
      assert.equal(left.loaded[0], right.loaded[0])
    },
  )

  check(
    'MO-SERVICES-APART',
    'two services of the same definitions make their own of each',
    async ({ probes, start }) => {
      const shared = probes.define('shared')
      const loader = probes.define('loader', { load: [shared] })
      await start(loader)
      const first = probes.loadedBy('loader')[0]
      await start(loader)
      assert.equal(probes.of('create').filter((name) => name === 'shared').length, 2)
      assert.notEqual(probes.loadedBy('loader')[0], first)
    },
  )

  check(
    'MO-LOAD-RECURSIVE',
    'a chain of definitions is made from its end, though only its head is composed',
    async ({ probes, start }) => {
      const third = probes.define('third')
      const second = probes.define('second', { load: [third] })
      await start(probes.define('first', { load: [second] }))
      assert.deepEqual(probes.of('create'), ['third', 'second', 'first'])
      const [loaded] = probes.loadedBy('first') as [ProbeApi]
      assert.deepEqual([loaded.name, (loaded.loaded[0] as ProbeApi).name], ['second', 'third'])
    },
  )

  check(
    'MO-LOAD-OWN',
    'a module gets what it names, by definition and by name, and nothing else',
    async ({ probes, start }) => {
      const named = probes.define('named')
      const other = probes.define('other')
      const seen: unknown[] = []
      const loader = probes.define('loader', {
        load: [named],
        onCreate: ({ load }) => {
          seen.push(load(named), load('named'))
          for (const missing of ['other', 'loader', 'nowhere'])
            assert.throws(
              () => load(missing),
              (error) => error instanceof TypeError && error.message.includes(missing),
              missing,
            )
        },
      })
      await start(loader, named, other)
      assert.equal(seen[0], seen[1])
      assert.equal((seen[0] as ProbeApi).name, 'named')
    },
  )

  check('MO-LOAD-UNMET', 'a name that nothing answers to is told with who loads it', (bench) => {
    const problems = wiringProblems(bench, bench.probes.define('loader', { load: ['missing one'] }))
    assert.equal(problems.length, 1)
    assert.match(problems[0] ?? '', /"loader"/)
    assert.match(problems[0] ?? '', /"missing one"/)
  })

  check('MO-LOAD-CIRCLE', 'a circle is told with its path', (bench) => {
    const { probes } = bench
    const modules = [
      probes.define('outside', { load: ['one'] }),
      probes.define('one', { load: ['two'] }),
      probes.define('two', { load: ['three'] }),
      probes.define('three', { load: ['one'] }),
    ]
    const problems = wiringProblems(bench, ...modules)
    assert.equal(problems.length, 1)
    assert.match(problems[0] ?? '', /one → two → three → one/)
    assert.deepEqual(probes.steps, [])
  })

  check('MO-LOAD-CIRCLE', 'a module that loads itself is a circle', (bench) => {
    const problems = wiringProblems(bench, bench.probes.define('narcissus', { load: ['narcissus'] }))
    assert.match(problems.join('\n'), /narcissus → narcissus/)
  })

  check('MO-LOAD-NAMES', 'two modules of one name are told', (bench) => {
    const { probes } = bench
    const problems = wiringProblems(
      bench,
      probes.define('twin'),
      probes.define('loader', { load: [probes.define('twin')] }),
    )
    assert.match(problems.join('\n'), /"twin"/)
  })

  check('MO-WIRING-ALL', 'several mistakes are told at once, each with a remedy', (bench) => {
    const { probes } = bench
    const error = wiringError(
      bench,
      probes.define('one', { load: ['two', 'missing one'] }),
      probes.define('two', { load: ['one'] }),
      probes.define('twin'),
      probes.define('twin'),
    )
    const problems = error.details?.problems ?? []
    assert.equal(problems.length, 3)
    for (const { remedy } of problems) assert.match(remedy, /\S/)
  })
}

function wiringProblems(bench: ModuleBench, ...modules: readonly ModuleDefinition[]): readonly string[] {
  return (wiringError(bench, ...modules).details?.problems ?? []).map(({ message }) => message)
}

function wiringError({ compose }: ModuleBench, ...modules: readonly ModuleDefinition[]): MicroError<'MICRO_WIRING'> {
  try {
    compose(...modules)
  } catch (error) {
    if (isMicroError(error, 'MICRO_WIRING')) return error
    throw error
  }
  assert.fail('The service was made, though its modules are wired wrongly')
}
