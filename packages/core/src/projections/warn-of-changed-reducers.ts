import { isMicroError } from '../errors/micro-error.ts'
import type { ProjectionStore } from '../ports/projection-store.ts'
import type { Host } from '../ports/provider.ts'
import type { ProjectionPlan } from './projection-plan.ts'

/**
 * Warns when rows that are kept were made by other reducer functions than these. Remembers the functions as the checkpoint
 * of a projection of their own without models, whose position counts the changes and whose event id is their hash: it needs
 * nothing of a store that a projection store does not have.
 */
export async function warnOfChangedReducers(
  { module, sourceHash }: ProjectionPlan,
  projection: string,
  store: ProjectionStore,
  { logger }: Host,
): Promise<void> {
  const sources = { projection: `${projection}/reducers`, generation: 1 }
  await store.prepare(sources, [])
  await store.activate(sources)
  const known = await store.checkpoint(sources.projection)
  if (known?.eventId === sourceHash) return
  const isFirst = known === undefined || known.position === 0
  if (!isFirst)
    logger.warn(
      { projection, module },
      'a reducer has changed since the models were made, but not its version: raise it, or the models keep what the old one made of past events',
    )
  const previous = isFirst ? undefined : { position: known.position, eventId: known.eventId }
  const next = { position: (known?.position ?? 0) + 1, eventId: sourceHash }
  try {
    await store.commit(sources, { previous, next, changes: [] })
  } catch (error) {
    // Another instance has just said the same.
    if (!isMicroError(error, 'MICRO_CONFLICT')) throw error
  }
}
