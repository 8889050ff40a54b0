import { setTimeout as pauseInReal } from 'node:timers/promises'
import { pause, type RecordedEvent } from '@micro/core'
import { seededRuntime } from '@micro/testkit'
import { deployProcesses } from './deployment.ts'
import type { Instance, InstancePlan } from './instance.ts'
import { inParallel, upTo } from './in-parallel.ts'
import type { LinkPlan } from './link.ts'
import { deployVirtual, type VirtualDeployment } from './virtual-deployment.ts'

/** What a schedule plays with: two instances, one of which came first to it, and chance out of a seed. */
export interface Stage {
  /** Nothing that belongs to another schedule bears this name. */
  readonly name: string
  readonly one: Instance
  readonly other: Instance
  /** A whole number from 0 on, below `limit`. */
  readonly below: (limit: number) => number
  /** Up to so many milliseconds. */
  readonly pause: (mostMs: number) => Promise<void>
  /** A fresh instance for a while, as after a restart. */
  readonly restarted: () => Promise<Instance>
}

export interface Proof {
  readonly plan: InstancePlan
  readonly count: number
  readonly schedule: (stage: Stage) => Promise<void>
  /** What the log of each deployment must be like in the end. */
  readonly check?: (log: readonly RecordedEvent[]) => void
}

/** Schedules that run on one deployment, and how many of them at once: they disturb each other as strangers do. */
const ON_ONE_DEPLOYMENT = 100
const AT_ONCE = 4

const FASTER = 5

/** To look at one deployment again: its seed is in the failure. */
const FIRST_SEED = Number(process.env['MICRO_TEST_SEED'] ?? 1)

/** How many seeded schedules it has played in virtual time, over stores with and without unique ids, and own and shared models in turn. */
export async function runSchedules({ plan, count, schedule, check }: Proof): Promise<number> {
  let played = 0
  const deployments = Math.ceil(count / ON_ONE_DEPLOYMENT)
  for (let number = 0; number < deployments; number++) {
    const seed = FIRST_SEED + number
    const uniqueEventIds = seed % 2 === 0
    const sharedModels = plan.sharedModels ?? seed % 4 >= 2
    const few = Math.min(ON_ONE_DEPLOYMENT, count - number * ON_ONE_DEPLOYMENT)
    await told(seed, async () => {
      await using deployment = await deployVirtual({ ...plan, seed, uniqueEventIds, sharedModels })
      await inParallel(upTo(few), AT_ONCE, async (index) => {
        await schedule(stageOf(deployment, `s${index}`))
        played++
      })
      check?.(await deployment.log())
    })
  }
  return played
}

/** How many it has played: the same schedules with two processes on one SQLite file, in real time: everything there is so many times faster. */
export async function runOnProcesses({ plan, count, schedule, check }: Proof): Promise<number> {
  let played = 0
  await told(FIRST_SEED, async () => {
    await using deployment = await deployProcesses({ ...plan, link: faster(plan.link) })
    const chance = seededRuntime({ seed: FIRST_SEED })
    const [first, second] = deployment.instances
    await inParallel(upTo(count), AT_ONCE, async (index) => {
      await schedule({
        name: `s${index}`,
        ...(chance.random() < 0.5 ? { one: first, other: second } : { one: second, other: first }),
        below: (limit) => Math.floor(chance.random() * limit),
        pause: (mostMs) => pauseInReal((chance.random() * mostMs) / FASTER),
        // A process takes long to start: the other one stands in for it.
        restarted: async () => (chance.random() < 0.5 ? first : second),
      })
      played++
    })
    check?.(await deployment.log())
  })
  return played
}

function faster(link: LinkPlan = {}): LinkPlan {
  return Object.fromEntries(
    Object.entries(link).map(([part, [least, most]]) => [part, [least / FASTER, most / FASTER]]),
  )
}

function stageOf(deployment: VirtualDeployment, name: string): Stage {
  const { runtime } = deployment
  const [first, second] = deployment.instances
  return {
    name,
    ...(runtime.random() < 0.5 ? { one: first, other: second } : { one: second, other: first }),
    below: (limit) => Math.floor(runtime.random() * limit),
    pause: (mostMs) => pause(runtime, runtime.random() * mostMs),
    restarted: () => deployment.start(),
  }
}

async function told(seed: number, run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    throw new Error(`MICRO_TEST_SEED=${seed}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}
