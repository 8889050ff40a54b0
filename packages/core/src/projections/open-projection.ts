import type { EventStore } from '../ports/event-store.ts'
import type { Checkpoint, GenerationCheckpoint, ProjectionStore } from '../ports/projection-store.ts'
import type { Host } from '../ports/provider.ts'
import type { ProjectionPlan } from './projection-plan.ts'
import { ProjectionRunner } from './projection-runner.ts'

/** A log can be restored from a backup only so often before somebody should look at it. */
const MOST_LINEAGES = 1_000

/**
 * Finds or makes a projection's tables, and a runner that goes on where they stand.
 *
 * A checkpoint whose event the log does not have (a restored backup) is not believed, and neither are its rows: the models
 * are rebuilt under the next lineage's name. The name is worked out from the log alone, so all instances agree on it
 * without talking, and rows that others may still read are left alone.
 */
export async function openProjection(
  plan: ProjectionPlan,
  events: EventStore,
  store: ProjectionStore,
  host: Host,
): Promise<ProjectionRunner> {
  for (let lineage = 1; lineage <= MOST_LINEAGES; lineage++) {
    const projection = projectionName(plan, events.id, lineage)
    const checkpoint = await openTables(projection, plan, store)
    if (checkpoint.position === 0 || (await isInLog(checkpoint, events)))
      return new ProjectionRunner({
        plan,
        store,
        host,
        generation: { projection, generation: checkpoint.generation },
        checkpoint,
      })
    host.logger.warn(
      { projection, position: checkpoint.position },
      'the log does not have the event that the models reflect (a restored backup?): rebuilding the models from the log',
    )
  }
  throw new TypeError(`${plan.module}: none of ${MOST_LINEAGES} lineages of models fits the log`)
}

function projectionName(plan: ProjectionPlan, storeId: string, lineage: number): string {
  const name = `${storeId}/${plan.service}/${plan.module}@${plan.version}`
  return lineage === 1 ? name : `${name}~${lineage}`
}

async function openTables(
  projection: string,
  plan: ProjectionPlan,
  store: ProjectionStore,
): Promise<GenerationCheckpoint> {
  const active = await store.checkpoint(projection)
  if (active !== undefined) {
    await store.prepare({ projection, generation: active.generation }, plan.models)
    return active
  }
  const generation = 1
  await store.prepare({ projection, generation }, plan.models)
  await store.activate({ projection, generation })
  // Another instance may have been first and gone on since.
  return (await store.checkpoint(projection)) ?? { position: 0, eventId: '', generation }
}

async function isInLog({ position, eventId }: Checkpoint, events: EventStore): Promise<boolean> {
  // The log's leader is asked before a follower that lags is believed.
  if ((await events.head()) < position) return false
  for await (const batch of events.readAll({ after: position - 1, maxCount: 1 })) {
    // The batch is a whole append, which may begin before the position that was asked for.
    const found = batch.find((event) => event.position >= position)
    if (found !== undefined) return found.position === position && found.id === eventId
  }
  return false
}
