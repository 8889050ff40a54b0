import type { Micro, MicroOptions, ModuleDefinition } from '@micro/core'
import type { CheckScope } from '../conformance/checks.ts'
import { captureLog, type CapturedLog } from '../micro/captured-log.ts'
import { seededRuntime, type SeededRuntime } from '../runtime/seeded-runtime.ts'
import { Probes } from './probes.ts'

/** Makes a service: `createMicro`, or what stands in for it. */
export type MakeService = (options: MicroOptions) => Micro

export interface ModuleBenchOptions {
  readonly make: MakeService
  readonly seed: number
  /** What services are composed with besides the modules that a check gives them. */
  readonly options?: Partial<MicroOptions> | undefined
}

/** What one check works with. */
export interface ModuleBench {
  readonly runtime: SeededRuntime
  readonly log: CapturedLog
  readonly probes: Probes
  /** A service of these modules; stopped after the check. Its own lines go to `log` unless it brings a logger. */
  readonly compose: (...modules: readonly ModuleDefinition[]) => Micro
  /** The same, started. Time moves on by itself while it starts. */
  readonly start: (...modules: readonly ModuleDefinition[]) => Promise<Micro>
  readonly stop: (micro: Micro) => Promise<void>
}

export function moduleBench({ make, seed, options }: ModuleBenchOptions, scope: CheckScope): ModuleBench {
  const runtime = seededRuntime({ seed })
  const log = captureLog()
  const compose = (...modules: readonly ModuleDefinition[]): Micro => {
    const all = [...modules, ...(options?.modules ?? [])]
    const hasLogger = all.some(({ provides }) => provides === 'logger')
    const composed = hasLogger ? all : [log.module, ...all]
    const micro = make({ name: 'checked', version: '1.2.3', ...options, runtime, modules: composed })
    scope.defer(() => runtime.until(micro.stop()))
    return micro
  }
  return {
    runtime,
    log,
    probes: new Probes(),
    compose,
    async start(...modules) {
      const micro = compose(...modules)
      await runtime.until(micro.start())
      return micro
    },
    stop: (micro) => runtime.until(micro.stop()),
  }
}
