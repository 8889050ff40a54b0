import { MicroError } from '../errors/micro-error.ts'
import type { ProjectionRunner } from '../projections/projection-runner.ts'
import type { Call } from './call.ts'
import type { Instance } from './instance.ts'
import { assertNotHalted, reachAll } from './model-access.ts'

/**
 * Read your own writes: waits until everything that the call reads reflects what its context has met of this log.
 * Positions of other logs are not waited for but carried on.
 *
 * @throws MicroError `MICRO_INVALID` for a position beyond the log's end, `MICRO_PROJECTION_HALTED`
 */
export function awaitPositions(
  instance: Instance,
  runners: readonly ProjectionRunner[],
  call: Call,
): Promise<void> | undefined {
  assertNotHalted(runners)
  const position = call.positions.of(instance.store.id)
  if (position === 0) return undefined
  if (position > instance.tail.position) return awaitNews(instance, runners, position, call)
  return reachAll(instance, runners, position, call)
}

async function awaitNews(
  instance: Instance,
  runners: readonly ProjectionRunner[],
  position: number,
  call: Call,
): Promise<void> {
  const head = await instance.store.head()
  if (position > head)
    throw new MicroError('MICRO_INVALID', `The log has no position ${position}; it ends at ${head}.`, {
      details: { problems: [{ path: '', message: `position ${position} is beyond the log's end ${head}` }] },
    })
  call.check()
  await reachAll(instance, runners, position, call)
}
