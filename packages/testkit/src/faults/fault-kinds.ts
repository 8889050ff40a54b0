import { MicroError } from '@micro/core'

/**
 * What can go wrong with each kind of operation: no more than a real system does, but where it says so.
 *
 * - `refused`: it never began; `MICRO_UNAVAILABLE`, outcome `none`.
 * - `request lost`: it never arrives, and its sender cannot know; outcome `unknown`.
 * - `request late`: its sender is told outcome `unknown`, and it arrives some time later.
 * - `answer lost`: it was done, and its sender is told outcome `unknown`.
 * - `doubled`: it arrives twice. Stores take the second one for the first. No transport may double a request: the second one
 *   is another run of the command, of which its caller knows nothing, so that a "none" speaks of the first alone.
 * - `broken`: a subscription ends with `MICRO_UNAVAILABLE`; whoever follows begins again where it stands.
 * - `held back`: a batch comes after up to `window` later ones. No adapter may do that, nor deliver a batch twice
 *   (`doubled`): these are for testing what is made of adapters that do.
 * - `lost`, `late`: a published message is not delivered, or later than others.
 * - `failed`: the module's own step throws.
 */
export interface FaultKinds {
  readonly append: 'refused' | 'request lost' | 'request late' | 'answer lost' | 'doubled'
  /** `readStream`, `readAll`, `head`. */
  readonly read: 'refused'
  readonly subscribe: 'broken' | 'doubled' | 'held back'
  /** `get`, `find`, `count` by rules and views. */
  readonly rows: 'refused'
  /** The same by whoever applies events, which names its generation. */
  readonly fold: 'refused'
  readonly checkpoint: 'refused'
  readonly commit: 'refused' | 'request lost' | 'request late' | 'answer lost' | 'doubled'
  /** `prepare`, `activate`, `drop`. */
  readonly prepare: 'refused' | 'answer lost'
  readonly request: 'refused' | 'request lost' | 'request late' | 'answer lost' | 'doubled'
  readonly publish: 'refused' | 'lost' | 'late' | 'doubled'
  readonly discover: 'refused'
  readonly create: 'failed'
  readonly start: 'failed'
  readonly stop: 'failed'
}

export type FaultyOperation = keyof FaultKinds

/** What the caller of a faulty operation is told: code `MICRO_UNAVAILABLE`, and whether it can know what came of it. */
export function injectedFault(operation: FaultyOperation, fault: string): MicroError {
  const outcome = fault === 'refused' || fault === 'broken' || fault === 'failed' ? 'none' : 'unknown'
  return new MicroError('MICRO_UNAVAILABLE', `An injected fault: ${operation}, ${fault}.`, { outcome })
}
