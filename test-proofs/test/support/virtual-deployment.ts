import { memoryEventStore, memoryProjectionStore, type ProjectionStoreProvider, type RecordedEvent } from '@micro/core'
import { seededRuntime, type SeededRuntime } from '@micro/testkit'
import { instanceOf } from './deployment.ts'
import type { Instance, InstancePlan } from './instance.ts'
import { Link, type LinkPlan } from './link.ts'
import { makeService } from './make-service.ts'
import { readLog } from './read-log.ts'

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
  const runtime = seededRuntime({ seed: plan.seed, autoAdvance: true })
  const store = memoryEventStore({ uniqueEventIds: plan.uniqueEventIds })
  const sharedModels = memoryProjectionStore()
  const started: VirtualInstance[] = []
  const start = async (): Promise<VirtualInstance> => {
    const link = new Link(runtime, started.length % 2 === 0 ? (plan.link ?? {}) : lagging(plan.link))
    const projections = plan.sharedModels === true ? sharedModels : memoryProjectionStore()
    const micro = await makeService(plan, { store, projections, link, runtime })
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
