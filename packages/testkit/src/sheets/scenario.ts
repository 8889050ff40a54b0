import type { CallResult, Contract, JsonObject, MicroErrorCode, RecordedEvent } from '@micro/core'
import { assertEvents, assertRejection, assertResponse } from './expectations.ts'
import type { PlainGivenEvent } from './given-events.ts'
import { type Played, play } from './play.ts'
import type { AnyEvents, CommandOptions, ScenarioOptions } from './scenario-options.ts'

/** An event that has happened before. */
export type GivenEvent<Events extends object = AnyEvents> = {
  [Type in keyof Events]: {
    /** As rules name it, without the service. */
    readonly stream: string
    readonly type: Type
    readonly data: Events[Type]
    /** @default the service under test */
    readonly service?: string
    /** ISO 8601 in UTC. @default when the scenario starts */
    readonly time?: string
    readonly user?: JsonObject
  }
}[keyof Events]

/** An event that the command must write. */
export type ExpectedEvent<Events extends object = AnyEvents> = {
  [Type in keyof Events]: {
    readonly type: Type
    readonly data: Events[Type]
    /** As rules name it. @default not compared */
    readonly stream?: string
    /** @default not compared */
    readonly user?: JsonObject
  }
}[keyof Events]

/** What the command has done, for further assertions. */
export interface ScenarioOutcome<Response> {
  readonly response: Response
  /** As recorded, with ids, streams and metadata. */
  readonly events: readonly RecordedEvent[]
}

/** What must have come of the command. Each of these plays the scenario once more, from the start. */
export interface Then<Response, Events extends object> {
  /** The command succeeds and writes exactly these events, in this order; an empty list: it writes nothing. */
  // The word of the trade: its parameter keeps the type checker from letting it be awaited.
  then(events: readonly ExpectedEvent<Events>[]): Promise<ScenarioOutcome<Response>>
  /** The command is refused with this code and message, and writes nothing. */
  thenRejects(code: MicroErrorCode, message?: string | RegExp): Promise<void>
  /** The command succeeds with this response. */
  thenResponds(response: Response): Promise<ScenarioOutcome<Response>>
}

export interface When<Events extends object> {
  /** A command, or a view, of the service under test. */
  when<Payload, Response>(
    contract: Contract<Payload, Response>,
    payload: Payload,
    options?: CommandOptions,
  ): Then<Response, Events>
}

export interface Scenario<Events extends object> extends When<Events> {
  given(events: readonly GivenEvent<Events>[]): When<Events>
}

/**
 * Tests the sheets of a service: given these events, when this command is asked for, then those events follow.
 *
 * Whatever is expected, each scenario also fails when a reducer is not pure (the log is replayed twice), a row or event is
 * not as its schema says, `stream` names another stream when asked again, or a rule decides on a row that its streams do
 * not guard (docs/reference/cycle.md). What it cannot see is what its events do not show: give a log in which the row is there.
 *
 * @example
 * await scenario({ name: 'bank', sheets, events: accountEvents })
 *   .given([{ stream: 'account-a', type: 'account opened', data: { account: 'a', owner: 'ann' } }])
 *   .when(depositMoney, { account: 'a', amount: 5 })
 *   .then([{ type: 'money deposited', data: { account: 'a', amount: 5 } }])
 */
export function scenario<Events extends object = AnyEvents>(options: ScenarioOptions<Events>): Scenario<Events> {
  const { events: _typesOnly, ...own } = options
  const when = (given: readonly PlainGivenEvent[]): When<Events> => ({
    when: (contract, payload, commandOptions = {}) =>
      expectations(() => play({ scenario: own, given, contract, payload, options: commandOptions })),
  })
  return { ...when([]), given: (events) => when(events as readonly PlainGivenEvent[]) }
}

function expectations<Response, Events extends object>(run: () => Promise<Played>): Then<Response, Events> {
  return {
    // oxlint-disable-next-line unicorn/no-thenable -- see the interface
    then(events: readonly ExpectedEvent<Events>[], ...others: readonly unknown[]): Promise<ScenarioOutcome<Response>> {
      if (!Array.isArray(events)) return refuseAwait(others)
      return run().then((played) => {
        assertEvents(played, events)
        return outcomeOf<Response>(played)
      })
    },
    async thenRejects(code, message) {
      assertRejection(await run(), code, message)
    },
    async thenResponds(response) {
      const played = await run()
      assertResponse(played, response)
      return outcomeOf<Response>(played)
    },
  }
}

/** An `await` of what `when` gives calls `then` with two functions: nothing was expected, so nothing would be tested. */
function refuseAwait([reject]: readonly unknown[]): Promise<never> {
  const error = new TypeError(
    'Say what must come of the command: .when(…).then([events]), .thenRejects(code) or .thenResponds(response)',
  )
  if (typeof reject !== 'function') return Promise.reject(error)
  reject(error)
  // Whoever awaits has been told; nobody takes this one.
  return new Promise(() => undefined)
}

/** Only after it was asserted that the command answered. */
function outcomeOf<Response>({ answer, events }: Played): ScenarioOutcome<Response> {
  return { response: (answer as CallResult<Response>).response, events }
}
