import type { ModelTable } from '../ports/projection-store.ts'
import type { ReducerHandler } from '../sheets/reducer.ts'

/** One reducer's handler for one event type, with the models it may change by their local names. */
export interface PlannedHandler {
  readonly handle: ReducerHandler
  /** Local name → model name. */
  readonly models: ReadonlyMap<string, string>
}

/** All models of a module and what fills them, as wiring worked it out. */
export interface ProjectionPlan {
  readonly service: string
  readonly module: string
  /** Made from the model schemas and the reducers' versions: another one means other rows. */
  readonly version: string
  /** SHA-1 over the reducers' functions: a changed one may mean other rows, though nobody raised its version. */
  readonly sourceHash: string
  readonly models: readonly ModelTable[]
  /** Service → event type → handlers, in the order of the reducers. */
  readonly handlers: ReadonlyMap<string, ReadonlyMap<string, readonly PlannedHandler[]>>
}
