import {
  type EventStoreProvider,
  memoryEventStore,
  memoryProjectionStore,
  type Micro,
  type RecordedEvent,
  systemRuntime,
} from '@micro/core'
import { sqliteEventStore } from '@micro/store-sqlite'
import { type Instance, type InstancePlan, tell, unfold } from './instance.ts'
import { Link } from './link.ts'
import { makeService } from './make-service.ts'
import { hasNats } from './nats.ts'
import { openNatsNetwork } from './nats-deployment.ts'
import { readLog } from './read-log.ts'
import { type ProcessInstance, startProcess } from './own-process.ts'
import { tempFolder } from '../../../test-e2e/test/support/temp-folder.ts'

/** Where the instances of a deployment run: over one memory log, or over one SQLite file. */
export const PLACES = ['one process', 'two processes'] as const

const OVER_NATS = 'two processes over NATS'
export type Place = (typeof PLACES)[number] | typeof OVER_NATS

/** The same, and where calls come over a network as well. */
export const PLACES_WITH_NATS: readonly Place[] = hasNats ? [...PLACES, OVER_NATS] : PLACES

/** Some instances of one service over one log. */
export interface Deployment<Each extends Instance = Instance> extends AsyncDisposable {
  readonly instances: readonly [Each, Each, ...Each[]]
  /** One more, over the same log; its `serviceOptions` may get other options than those of the plan. */
  start(options?: InstancePlan['options']): Promise<Each>
  /** The whole log, as it is now. */
  log(): Promise<readonly RecordedEvent[]>
}

export interface FileDeployment extends Deployment<ProcessInstance> {
  readonly file: string
}

/** Variables that the first process has beside the usual ones, the second, and so on. */
export type Environments = readonly Readonly<Record<string, string>>[]

/** Two instances in that place; a proof is the same text for both. */
export function deploy(place: Place, plan: InstancePlan): Promise<Deployment> {
  if (place === 'one process') return deployHere(plan)
  return place === OVER_NATS ? deployOverNats(plan) : deployProcesses(plan)
}

/** Two instances in this process over one log in memory. */
export async function deployHere(plan: InstancePlan): Promise<Deployment> {
  const store = memoryEventStore()
  const shared = memoryProjectionStore()
  const start = async (changed: InstancePlan): Promise<Instance> => {
    const projections = plan.sharedModels === true ? shared : memoryProjectionStore()
    const link = plan.link && new Link(systemRuntime(), plan.link)
    return instanceOf(await makeService(changed, { store, projections, link }))
  }
  return deployment(plan, start, store, () => undefined)
}

/** Two instances in processes of their own over one SQLite file. */
export async function deployProcesses(plan: InstancePlan, environments: Environments = []): Promise<FileDeployment> {
  const folder = tempFolder()
  const file = `${folder.path}/log.db`
  const left = [...environments]
  const start = (changed: InstancePlan): Promise<ProcessInstance> => startProcess(file, changed, left.shift())
  const deployed = await deployment(plan, start, sqliteEventStore({ file }), folder[Symbol.dispose])
  return { ...deployed, file }
}

/** The same, asked over a network whose instances share the calls. */
export async function deployOverNats(plan: InstancePlan): Promise<FileDeployment> {
  const folder = tempFolder()
  const file = `${folder.path}/log.db`
  const network = await openNatsNetwork()
  const deployed = await deployment(
    plan,
    (changed) => network.start(file, changed),
    sqliteEventStore({ file }),
    async () => {
      await network[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  )
  return { ...deployed, file }
}

async function deployment<Each extends Instance>(
  plan: InstancePlan,
  start: (plan: InstancePlan) => Promise<Each>,
  store: EventStoreProvider,
  cleanUp: () => void | Promise<void>,
): Promise<Deployment<Each>> {
  const started: Each[] = []
  const startAnother = async (options = plan.options): Promise<Each> => {
    const instance = await start({ ...plan, options })
    started.push(instance)
    return instance
  }
  const instances = [await startAnother(), await startAnother()] as const
  return {
    instances,
    start: startAnother,
    log: () => readLog(store),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(started.map((instance) => instance.stop()))
      await cleanUp()
    },
  }
}

export async function instanceOf(micro: Micro): Promise<Instance> {
  await micro.start()
  return {
    pid: undefined,
    ask: async (call) => unfold(await tell(micro, call)),
    isReady: async () => micro.health().isReady,
    stop: () => micro.stop(),
  }
}
