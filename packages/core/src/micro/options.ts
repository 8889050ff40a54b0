import type { EventStoreProvider } from '../ports/event-store.ts'
import type { ModuleDefinition } from '../ports/module.ts'
import type { ProjectionStoreProvider } from '../ports/projection-store.ts'
import type { Runtime } from '../ports/runtime.ts'
import type { TransportProvider } from '../ports/transport.ts'
import type { Sheets } from '../sheets/sheets.ts'
import type { Keys } from '../wire/keys.ts'

export interface MicroOptions {
  /** Name of the service, in plain lower-case words. */
  readonly name: string
  /** @default '0.0.0' */
  readonly version?: string
  /** First part of every subject, so that deployments on one network do not meet. @default 'micro' */
  readonly namespace?: string
  /** @default in memory: only services given the same provider reach each other */
  readonly transport?: TransportProvider
  /** @default in memory */
  readonly store?: EventStoreProvider
  /** @default in memory: models are rebuilt from the log at every start */
  readonly projections?: ProjectionStoreProvider
  /** @default none */
  readonly modules?: readonly ModuleDefinition[]
  /** @default none */
  readonly sheets?: Sheets
  /** When an action contradicts that of a running instance of this service and major version: a warning, or no start. @default 'warn' */
  readonly contradictions?: 'warn' | 'refuse'
  /** What proves to other services who asks, and whom this one believes. @default none: every call of another service is anonymous */
  readonly keys?: Keys
  /** @default the real clock, timers and randomness */
  readonly runtime?: Runtime
  /** How long a call may take unless its caller says otherwise. @default 10000 */
  readonly timeoutMs?: number
  /** How long `stop` lets calls under way end. @default 10000 */
  readonly stopTimeoutMs?: number
  /** Calls under way at once; one stream's lane takes at most a quarter. @default 1000 */
  readonly concurrency?: number
  /** Commands that a repeat is recognised by, at least. @default 100000 */
  readonly journalCommands?: number
  /** Streams whose last revision is kept in memory, at least. @default 100000 */
  readonly cachedStreams?: number
  /** Memory for replies that repeats get. @default 16777216 */
  readonly keptReplyBytes?: number
  /** Appends that the store has not answered beyond which commands are refused. @default 1000 */
  readonly unansweredAppends?: number
}

type Defaults = Required<
  Omit<MicroOptions, 'name' | 'transport' | 'store' | 'projections' | 'modules' | 'sheets' | 'keys' | 'runtime'>
>

/** What `createMicro` takes for options that are left out. */
export const DEFAULTS: Readonly<Defaults> = Object.freeze({
  version: '0.0.0',
  namespace: 'micro',
  timeoutMs: 10_000,
  stopTimeoutMs: 10_000,
  concurrency: 1_000,
  journalCommands: 100_000,
  cachedStreams: 100_000,
  keptReplyBytes: 16_777_216,
  unansweredAppends: 1_000,
  contradictions: 'warn',
})
