import {
  fromWireError,
  identityOf,
  type Micro,
  type MicroOptions,
  Positions,
  toWireError,
  type WireError,
} from '@micro/core'
import type { LinkPlan } from './link.ts'

/** One call, as it can be told to another process. */
export interface AskedCall {
  readonly action: string
  readonly payload?: unknown
  readonly commandId?: string | undefined
  readonly timeoutMs?: number | undefined
  readonly subject?: string | undefined
  /** In the form of the `Micro-Position` header: what the answer must reflect. */
  readonly positions?: string | undefined
}

export interface Answer {
  readonly response: unknown
  readonly commandId: string
  readonly repeated: boolean
  readonly positions: string
}

/** One running instance of a service, in the process of the tests or in its own. */
export interface Instance {
  /** `undefined` in the process of the tests. */
  readonly pid: number | undefined
  /** @throws MicroError as a Micro's `call` does; `MICRO_UNAVAILABLE`, outcome unknown, when the process has gone */
  ask(call: AskedCall): Promise<Answer>
  /** Whether calls would be taken, and why not. */
  isReady(): Promise<boolean>
  stop(): Promise<void>
}

/** What an instance is made from, as JSON. */
export interface InstancePlan {
  /** Address of a module that exports `serviceOptions(options): Partial<MicroOptions>`: name, sheets, modules, limits. */
  readonly service: string
  /** Given to `serviceOptions`. */
  readonly options?: Readonly<Record<string, unknown>> | undefined
  /** Whether all instances of the deployment share their models. @default false: each projects for itself */
  readonly sharedModels?: boolean
  /** The way between each instance and its stores. @default everything at once */
  readonly link?: LinkPlan
  /** The network that its calls come over, and whose identities it believes. @default the channel to its parent */
  readonly nats?: { readonly servers: string; readonly issuers: Readonly<Record<string, string>> }
}

export type Ports = Required<Pick<MicroOptions, 'store' | 'projections'>>

export interface ServiceModule {
  /** @param ports what the instance runs on, to be decorated where a proof must look on */
  readonly serviceOptions: (options: Readonly<Record<string, unknown>>, ports: Ports) => Partial<MicroOptions>
}

/** What a call came to, as it travels between processes. */
export type Told = { readonly answer: Answer } | { readonly error: WireError }

/** Makes the call and tells what came of it. */
export async function tell(micro: Micro, call: AskedCall): Promise<Told> {
  const { action, payload, commandId, timeoutMs, subject } = call
  try {
    const positions = Positions.parse(call.positions ?? '')
    const identity = subject === undefined ? undefined : identityOf(subject)
    const result = await micro.call(action, payload, { commandId, timeoutMs, identity, positions })
    return { answer: { ...result, positions: positions.toString() } }
  } catch (error) {
    return { error: toWireError(error) }
  }
}

/** @throws MicroError what the call failed with */
export function unfold(told: Told): Answer {
  if ('error' in told) throw fromWireError(told.error)
  return told.answer
}
