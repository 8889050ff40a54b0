export { captureLog, type CapturedLog, type LoggedLine } from './micro/captured-log.ts'
export { startMicro, type StartedMicro, type StartMicroOptions } from './micro/start-micro.ts'
export {
  SEEDED_RUNTIME_DEFAULTS,
  seededRuntime,
  type SeededRuntime,
  type SeededRuntimeOptions,
} from './runtime/seeded-runtime.ts'
export {
  type ExpectedEvent,
  type GivenEvent,
  scenario,
  type Scenario,
  type ScenarioOutcome,
  type Then,
  type When,
} from './sheets/scenario.ts'
export { scaled, testScale } from './scale.ts'
export type { AnyEvents, CommandOptions, ScenarioOptions } from './sheets/scenario-options.ts'
