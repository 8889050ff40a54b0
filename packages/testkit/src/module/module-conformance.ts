import { createMicro, type MicroOptions, type ModuleDefinition } from '@micro/core'
import { suite } from '../conformance/checks.ts'
import { resolveHarnessOptions } from '../conformance/harness-options.ts'
import type { ConformanceOptions } from '../conformance/runner.ts'
import { registerContextChecks } from './checks-context.ts'
import { registerLifecycleChecks } from './checks-lifecycle.ts'
import { registerLoadingChecks } from './checks-loading.ts'
import { type OwnModuleBench, registerOwnModuleChecks } from './checks-own-module.ts'
import { type MakeService, type ModuleBench, moduleBench } from './module-bench.ts'
import { MODULE_PROMISES, type ModulePromise } from './promises.ts'
import type { RegisterChecks } from './register-checks.ts'

export interface ModuleConformanceOptions extends ConformanceOptions {
  /** Makes the module's definition; called for each check. */
  readonly create: () => ModuleDefinition | Promise<ModuleDefinition>
  /** What its services are composed with besides: the modules that it loads by name, adapters. @default nothing */
  readonly options?: Partial<Omit<MicroOptions, 'runtime'>> | undefined
}

/**
 * Checks what every module must bear: it starts, stops and starts again, alone and beside a second service, and leaves
 * nothing behind, also when the start of its service fails. Time is that of a seeded runtime: a module's timers are seen
 * where it takes them from `context.runtime`.
 *
 * @example
 * import { afterEach, beforeEach, describe, it } from 'vitest'
 * moduleConformance({ name: 'mailer', create: () => mailer(), runner: { describe, it, beforeEach, afterEach } })
 * @throws TypeError for an unknown or malformed option
 */
export function moduleConformance(options: ModuleConformanceOptions): void {
  const { seed, patienceMs } = resolveHarnessOptions('moduleConformance', options, ['create', 'options'])
  const { name, runner, create } = options
  if (typeof create !== 'function') throw new TypeError('moduleConformance: create must be a function')
  suite<ModulePromise, OwnModuleBench>(
    `Module: ${name}`,
    {
      runner,
      promises: MODULE_PROMISES,
      patienceMs,
      note: `seed ${seed}`,
      prepare: (scope) => {
        const bench = moduleBench({ make: createMicro, seed, options: options.options }, scope)
        return { ...bench, create: async () => create() }
      },
    },
    registerOwnModuleChecks,
  )
}

export interface ModuleLoaderConformanceOptions extends ConformanceOptions {
  /** What makes services. @default `createMicro` of core */
  readonly make?: MakeService | undefined
}

const GROUPS: Readonly<Record<string, RegisterChecks>> = {
  loading: registerLoadingChecks,
  lifecycle: registerLifecycleChecks,
  context: registerContextChecks,
}

/**
 * Checks the loader of core itself, with modules that write down what is done with them.
 *
 * @throws TypeError for an unknown or malformed option
 */
export function moduleLoaderConformance(options: ModuleLoaderConformanceOptions): void {
  const { seed, patienceMs } = resolveHarnessOptions('moduleLoaderConformance', options, ['make'])
  const { name, runner, make = createMicro } = options
  suite<ModulePromise, ModuleBench>(
    `Modules: ${name}`,
    {
      runner,
      promises: MODULE_PROMISES,
      patienceMs,
      note: `seed ${seed}`,
      prepare: (scope) => moduleBench({ make, seed }, scope),
    },
    (checks) => {
      for (const [group, register] of Object.entries(GROUPS)) checks.group(group, () => register(checks))
    },
  )
}
