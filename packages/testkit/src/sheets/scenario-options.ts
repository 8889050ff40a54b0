import type { ActOptions, EventDefinitions, JsonObject } from '@micro/core'
import type { StartMicroOptions } from '../micro/start-micro.ts'

/** Events whose types nobody has told. */
export type AnyEvents = Record<string, JsonObject>

export interface ScenarioOptions<Events extends object = AnyEvents> extends Pick<
  StartMicroOptions,
  'name' | 'sheets' | 'modules' | 'transport' | 'seed' | 'startAt'
> {
  /** Types the events of `given` and `then`; the sheets know their events without it. */
  readonly events?: EventDefinitions<Events> | undefined
}

/** Who asks, and with which id. */
export type CommandOptions = Pick<ActOptions, 'identity' | 'commandId' | 'correlationId' | 'timeoutMs'>
