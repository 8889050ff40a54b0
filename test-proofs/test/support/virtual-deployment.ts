import {
  createMicro,
  memoryEventStore,
  memoryProjectionStore,
  type ProjectionStoreProvider,
  type RecordedEvent,
} from '@micro/core'
import { seededRuntime, type SeededRuntime } from '@micro/testkit'
import { instanceOf } from './deployment.ts'
import type { Instance, InstancePlan, ServiceModule } from './instance.ts'
import { Link, type LinkPlan, linkedLog, linkedModels } from './link.ts'
import { readLog } from './read-log.ts'
import { silentModule } from '../../../test-e2e/test/support/silent-logger.ts'

export interface VirtualPlan extends InstancePlan {
  readonly seed: number
  /** Whether the store itself refuses an id that it holds. @default true */
  readonly uniqueEventIds?: boolean
}

export interface VirtualInstance extends Instance {
  readonly link: Link
}

/** Instances over one log in memory, on a clock that moves by itself whenever nothing else can run. */
export interface VirtualDeployment extends AsyncDisposable {
  readonly runtime: SeededRuntime
  readonly instances: readonly [VirtualInstance, VirtualInstance]
  /** What the instances share, if they share their models. */
  readonly sharedModels: ProjectionStoreProvider
  start(): Promise<VirtualInstance>
  log(): Promise<readonly RecordedEvent[]>
}

/** How much later the second instance hears of what the first one does than the first one itself. */
const LAG = 4

function lagging({ tail = [0, 0], ...others }: LinkPlan = {}): LinkPlan {
  return { ...others, tail: [tail[0], tail[1] * LAG] }
}

/** Two instances in virtual time: the same seed runs the same way again. */
export async function deployVirtual(plan: VirtualPlan): Promise<VirtualDeployment> {
  const { serviceOptions } = (await import(plan.service)) as ServiceModule
  const runtime = seededRuntime({ seed: plan.seed, autoAdvance: true })
  const store = memoryEventStore({ uniqueEventIds: plan.uniqueEventIds })
  const sharedModels = memoryProjectionStore()
  const started: VirtualInstance[] = []
  const start = async (): Promise<VirtualInstance> => {
    const link = new Link(runtime, started.length % 2 === 0 ? (plan.link ?? {}) : lagging(plan.link))
    const ports = {
      store: linkedLog(store, link),
      projections: linkedModels(plan.sharedModels === true ? sharedModels : memoryProjectionStore(), link),
    }
    const { modules = [], ...own } = serviceOptions(plan.options ?? {}, ports)
    const micro = createMicro({
      name: 'bank',
      runtime,
      ...ports,
      ...own,
      modules: [silentModule, ...modules],
    })
    const instance = { ...(await instanceOf(micro)), link }
    started.push(instance)
    return instance
  }
  return {
    runtime,
    instances: [await start(), await start()],
    sharedModels,
    start,
    log: () => readLog(store),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(started.map((instance) => instance.stop()))
    },
  }
}
