import type { Contract } from './contract.ts'
import type { EventDefinitions } from './events.ts'
import type { ModelDefinition } from './model.ts'
import type { ReducerDefinition } from './reducer.ts'
import type { RuleDefinition } from './rule.ts'
import type { ViewDefinition } from './view.ts'

/** The small files a service is written in, passed explicitly or found by `loadSheets`. */
export interface Sheets {
  readonly contracts?: readonly Contract[]
  readonly events?: readonly EventDefinitions[]
  readonly models?: readonly ModelDefinition[]
  readonly rules?: readonly RuleDefinition[]
  readonly reducers?: readonly ReducerDefinition[]
  readonly views?: readonly ViewDefinition[]
}
