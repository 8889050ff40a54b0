import type { RecordedEvent } from '../ports/event-store.ts'
import type { Generation, ProjectionStore, RowChange } from '../ports/projection-store.ts'
import { serviceOf } from '../events/event-metadata.ts'
import { type CurrentEvent, ModelOverlay } from './model-overlay.ts'
import type { PlannedHandler, ProjectionPlan } from './projection-plan.ts'
import { ReducerFailure } from './reducer-failure.ts'

/**
 * Runs the reducers over events in order and gives the row changes that come of it.
 *
 * @throws ReducerFailure with the event it failed on; nothing was written
 */
export async function foldEvents(
  plan: ProjectionPlan,
  store: ProjectionStore,
  { projection, generation }: Generation,
  events: readonly RecordedEvent[],
): Promise<readonly RowChange[]> {
  const overlays = new Map<string, ModelOverlay>()
  const writers = new Map<PlannedHandler, Readonly<Record<string, ModelOverlay>>>()
  let current: CurrentEvent | undefined
  for (const event of events) {
    const handlers = handlersOf(plan, event)
    if (handlers === undefined) continue
    if (current === undefined) current = { event }
    else current.event = event
    for (const handler of handlers) {
      let models = writers.get(handler)
      if (models === undefined) writers.set(handler, (models = writersOf(handler, current)))
      try {
        const pending = handler.handle(event, models)
        if (pending !== undefined) await pending
      } catch (error) {
        throw error instanceof ReducerFailure ? error : new ReducerFailure(event, error)
      }
    }
  }
  const changes: RowChange[] = []
  for (const overlay of overlays.values()) {
    await overlay.fold()
    changes.push(...overlay.changes())
  }
  return changes

  function writersOf(handler: PlannedHandler, at: CurrentEvent): Readonly<Record<string, ModelOverlay>> {
    return Object.fromEntries(Array.from(handler.models, ([local, model]) => [local, overlayOf(model, at)]))
  }

  function overlayOf(model: string, at: CurrentEvent): ModelOverlay {
    let overlay = overlays.get(model)
    if (overlay === undefined) {
      const table = plan.models.find((candidate) => candidate.model === model)
      if (table === undefined) throw new TypeError(`There is no model "${model}" in ${projection}`)
      overlay = new ModelOverlay(store, { projection, generation, model }, table, at)
      overlays.set(model, overlay)
    }
    return overlay
  }
}

/** What a projection does with an event; `undefined` for events that it does not handle. */
export function handlersOf(plan: ProjectionPlan, event: RecordedEvent): readonly PlannedHandler[] | undefined {
  const service = serviceOf(event)
  return service === undefined ? undefined : plan.handlers.get(service)?.get(event.type)
}
