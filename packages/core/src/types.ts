export type { AppendView } from './append/decide-append.ts'
export type { StoredEvent } from './append/same-append.ts'
export type { MicroErrorCode, Outcome } from './errors/codes.ts'
export type { MicroErrorDetails, Problem, StreamConflict, WiringProblem } from './errors/details.ts'
export type { MicroErrorOptions } from './errors/micro-error.ts'
export type { WireError } from './errors/wire-error.ts'
export type { EventMetadata } from './events/event-metadata.ts'
export type { MemoryEventStoreOptions } from './memory/memory-event-store.ts'
export type { MemoryTransportOptions } from './memory/memory-transport.ts'
export type { Act, ActionAddress, ActOptions, CallAction, CallResult } from './micro/act.ts'
export type { Context } from './micro/context.ts'
export type { Health } from './micro/health.ts'
export type { Identity } from './micro/identity.ts'
export type { Micro, MicroEvents, SubscribeToEventsOptions } from './micro/micro.ts'
export type { MicroOptions } from './micro/options.ts'
export type * from './ports/event-store.ts'
export type { LogFields, Logger, LogLevel } from './ports/logger.ts'
export type { Load, ModuleContext, ModuleDefinition, ModuleOptions, ModuleStep } from './ports/module.ts'
export type * from './ports/projection-store.ts'
export type { Host, IoOptions, Provider } from './ports/provider.ts'
export type { Runtime, Timer } from './ports/runtime.ts'
export type * from './ports/transport.ts'
export type { CreateRowTable, RowTable } from './memory/row-table.ts'
export type { CompiledQuery, CompileQueryOptions, QueryBound } from './query/compile-query.ts'
export type { CompareRows } from './query/compile-sort.ts'
export type { Scalar } from './query/path.ts'
export type { Page } from './query/order-and-page.ts'
export type { SchemaCompiler, Validate } from './schema/compile-schema.ts'
export type { Infer } from './schema/infer.ts'
export type { JsonSchema, Schema } from './schema/schema.ts'
export type { StandardJsonSchema } from './schema/standard-json-schema.ts'
export type { ActionContract, CommandContract, Contract, ContractOptions, ViewContract } from './sheets/contract.ts'
export type { EventDefinitions } from './sheets/events.ts'
export type { ErasedHandler } from './sheets/handler.ts'
export type {
  ModelDefinition,
  ModelOptions,
  ModelReader,
  ModelReaders,
  Models,
  ModelWriter,
  ModelWriters,
  RowOf,
} from './sheets/model.ts'
export type {
  ReducerDefinition,
  ReducerHandler,
  ReducerHandlers,
  ReducerOptions,
  TypedEvent,
} from './sheets/reducer.ts'
export type * from './sheets/rule.ts'
export type { Sheets } from './sheets/sheets.ts'
export type { ErasedViewContext, ViewContext, ViewDefinition, ViewOptions, ViewSteps } from './sheets/view.ts'
export type { Key } from './runtime/ed25519.ts'
export type { Keys } from './wire/keys.ts'
export type { JsonObject, JsonValue } from './values/json.ts'
