import type { EventDefinitions } from './events.ts'
import type { Models, ModelWriters } from './model.ts'
import type { RecordedEvent } from '../ports/event-store.ts'
import { checkObject } from '../values/shown.ts'

/** A recorded event whose type and data are known. Frozen. */
export interface TypedEvent<Type, Data> extends Omit<RecordedEvent, 'type' | 'data'> {
  readonly type: Type
  readonly data: Data
}

export interface ReducerOptions<M extends Models, Events extends object> {
  readonly models: M
  readonly events: EventDefinitions<Events>
  /** Raise it with every change of meaning: models are then rebuilt from the log at the next start. @default 1 */
  readonly version?: number
  /** What each event changes. Pure: no clock, no random, no I/O; the same events give the same rows for ever. */
  readonly on: ReducerHandlers<M, NoInfer<Events>>
}

export type ReducerHandlers<M extends Models, Events extends object> = {
  readonly [Type in keyof Events]?: (
    event: TypedEvent<Type, Events[Type]>,
    models: ModelWriters<M>,
  ) => void | Promise<void>
}

/** What an event changes in models. */
export interface ReducerDefinition {
  readonly sheet: 'reducer'
  readonly models: Models
  readonly events: EventDefinitions
  readonly version: number
  readonly on: Readonly<Record<string, ReducerHandler>>
}

// Taken from a method: its parameters are bivariant, so that handlers of narrower events fit.
export type ReducerHandler = {
  on(event: RecordedEvent, models: Readonly<Record<string, unknown>>): void | Promise<void>
}['on']

export function defineReducer<const M extends Models, Events extends object>(
  options: ReducerOptions<M, Events>,
): ReducerDefinition {
  checkObject(options, 'defineReducer: options')
  const { models, events, version = 1, on } = options
  checkObject(models, 'defineReducer: models')
  checkObject(on, 'defineReducer: on')
  return Object.freeze({
    sheet: 'reducer',
    models,
    events,
    version,
    on: Object.freeze({ ...on }) as ReducerDefinition['on'],
  })
}
