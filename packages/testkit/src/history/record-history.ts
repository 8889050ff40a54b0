import {
  type ActOptions,
  commandIdOf,
  type Contract,
  type EventStore,
  isMicroError,
  type Micro,
  Positions,
  type Runtime,
  scopeId,
} from '@micro/core'
import type { Acknowledged, HistoryCall, Refused } from './history-call.ts'

export interface HistoryOptions {
  /** A handle of the log that the services under test write. It should be a sound one. */
  readonly log: EventStore
  readonly runtime: Runtime
  /** Named by whatever is found amiss. */
  readonly seed?: number | undefined
}

export interface RecordedClient {
  /** @default the micro's name */
  readonly via?: string | undefined
  readonly client: string
}

/** Calls `call` of a service, resolves with the record whatever the answer is. */
export type RecordedCall = (
  target: string | Pick<Contract, 'service' | 'name'>,
  payload?: unknown,
  options?: ActOptions,
) => Promise<HistoryCall>

/** Everything that clients asked of the services over one log, in the order of the answers. */
export class History {
  readonly seed: number | undefined
  readonly calls: HistoryCall[] = []
  readonly #log: EventStore
  readonly #runtime: Runtime

  constructor({ log, runtime, seed }: HistoryOptions) {
    this.#log = log
    this.#runtime = runtime
    this.seed = seed
  }

  /**
   * A client whose calls of this service are recorded. Calls that are given no `commandId` get one from the runtime; give
   * calls the same `positions` where they must see each other.
   */
  record(micro: Pick<Micro, 'call' | 'name'>, { client, via = micro.name }: RecordedClient): RecordedCall {
    return async (target, payload, options = {}) => {
      const [log, runtime] = [this.#log, this.#runtime]
      const callersId = options.commandId ?? runtime.newId()
      const [service, action] = typeof target === 'string' ? [micro.name, target] : [target.service, target.name]
      const positions = options.positions ?? new Positions()
      const met = positions.of(log.id)
      // Before the call, so that nothing that came of it is taken for older.
      const headAtCall = await log.head()
      const calledAtMs = runtime.monotonic()
      const answer = await answerOf(micro, target, payload, { ...options, commandId: callersId, positions }, log.id)
      const answeredAtMs = runtime.monotonic()
      const record: HistoryCall = {
        client,
        via,
        action,
        payload,
        callersId,
        commandId: commandIdOf(scopeId(service, action, options.identity?.subject), callersId),
        met,
        hasOwnContext: options.positions === undefined,
        headAtCall,
        headAtAnswer: await log.head(),
        calledAtMs,
        answeredAtMs,
        timeoutMs: options.timeoutMs,
        answer,
      }
      this.calls.push(record)
      return record
    }
  }
}

/** @example const deposit = recordHistory({ log, runtime, seed }).record(micro, { client: 'ann' }) */
export function recordHistory(options: HistoryOptions): History {
  return new History(options)
}

async function answerOf(
  micro: Pick<Micro, 'call'>,
  target: Parameters<RecordedCall>[0],
  payload: unknown,
  options: ActOptions,
  logId: string,
): Promise<Acknowledged | Refused> {
  try {
    const { response, repeated, positions } = await micro.call(target, payload, options)
    return { kind: 'ok', response, repeated, position: positions[logId] ?? 0 }
  } catch (error) {
    if (!isMicroError(error))
      return { kind: 'info', code: 'not a MicroError', outcome: 'unknown', message: String(error) }
    const { code, outcome, message } = error
    return { kind: outcome === 'none' ? 'fail' : 'info', code, outcome, message }
  }
}
