import type { Positions } from './positions.ts'

/** What an action answered, before it is dressed for whoever asked. */
export interface Answer {
  readonly response: unknown
  readonly repeated: boolean
  /** The call, as far as its caller may know it. */
  readonly context: { readonly callersId: string; readonly positions: Positions }
}
