import { isMicroError } from '../errors/micro-error.ts'
import type { Instance } from '../cycle/instance.ts'
import type { ProjectionRunner } from '../projections/projection-runner.ts'
import type { Timer } from '../ports/runtime.ts'

const PROGRESS_EVERY_MS = 2_000

/**
 * Waits until tail and models have everything that the log held when the service started. Models that halt do not keep the
 * service from starting: it is not ready, and says so, but everything else works.
 */
export async function catchUp(instance: Instance): Promise<void> {
  const { store, tail, runners, host } = instance
  const head = await store.head()
  const progress = reportProgress(instance, head)
  try {
    await tail.reach(head, undefined)
    await Promise.all(Array.from(runners.values(), (runner) => reachUnlessHalted(runner, head)))
  } finally {
    progress.stop()
  }
  if (progress.reported) host.logger.info({ position: head }, 'the models are up to date')
}

async function reachUnlessHalted(runner: ProjectionRunner, position: number): Promise<void> {
  try {
    await runner.reach(position, undefined)
  } catch (error) {
    if (!isMicroError(error, 'MICRO_PROJECTION_HALTED')) throw error
  }
}

function reportProgress({ runners, host, tail }: Instance, head: number): { stop(): void; readonly reported: boolean } {
  const { runtime, logger } = host
  let timer: Timer
  let reported = false
  const report = (): void => {
    reported = true
    const applied = Object.fromEntries(Array.from(runners, ([module, runner]) => [module, runner.applied]))
    const least = Math.min(tail.position, ...Object.values(applied))
    logger.info({ head, applied, percent: Math.floor((100 * least) / head) }, 'the models are being brought up to date')
    timer = runtime.setTimer(PROGRESS_EVERY_MS, report)
  }
  timer = runtime.setTimer(PROGRESS_EVERY_MS, report)
  return {
    stop: () => timer.cancel(),
    get reported() {
      return reported
    },
  }
}
