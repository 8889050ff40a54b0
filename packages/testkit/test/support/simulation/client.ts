import { type EventStore, isMicroError, Positions, type Runtime } from '@micro/core'
import type { Chance } from '../../../src/runtime/chance.ts'
import type { Action, Payload } from './bank-decisions.ts'
import type { Answered, CallRecord, Refused } from './history.ts'
import type { BankInstance } from './instance.ts'

export interface ClientOptions {
  readonly number: number
  readonly runtime: Runtime
  readonly chance: Chance
  readonly instances: readonly [BankInstance, ...BankInstance[]]
  readonly reader: EventStore
  readonly history: CallRecord[]
  readonly uniqueEventIds: boolean
  readonly commands: number
  readonly day: Day
  /** How many accounts there are to quarrel about. */
  readonly accounts: number
  /** Milliseconds between two commands, at most. */
  readonly longestPauseMs: number
}

interface Command {
  readonly action: Action
  readonly ref: string
  readonly payload: Payload
}

export const ACCOUNTS = ['a', 'b', 'c'] as const
const OWNERS = ['ann', 'bob', 'cleo'] as const
const LOGINS = ['l', 'm'] as const

/** What clients mostly want: a busy day meets everything, the others meet what needs many of one kind at once. */
const DAYS = {
  busy: [
    'open account',
    'open account',
    'close account',
    'deposit money',
    'deposit money',
    'withdraw money',
    'withdraw money',
    'transfer money',
    'transfer money',
    'set limit',
    'welcome customer',
    'log in',
    'remember me',
  ],
  spending: ['open account', 'deposit money', 'deposit money', 'withdraw money', 'withdraw money', 'transfer money'],
  opening: ['open account', 'close account', 'deposit money', 'withdraw money', 'set limit'],
  welcoming: ['welcome customer', 'log in', 'remember me', 'deposit money'],
} as const satisfies Readonly<Record<string, readonly Action[]>>

export type Day = keyof typeof DAYS

/** Somebody who sends commands, repeats those that were not answered, and looks at what has come of them. */
export class Client {
  readonly #options: ClientOptions
  readonly #positions = new Positions()
  #sent = 0

  constructor(options: ClientOptions) {
    this.#options = options
  }

  async run(): Promise<void> {
    const { chance, commands, longestPauseMs } = this.#options
    for (let count = 0; count < commands; count++) {
      if (chance.happens(0.4)) await this.#pause(chance.fraction() * longestPauseMs)
      if (chance.happens(0.2)) await this.#look()
      else await this.#command()
    }
  }

  async #command(): Promise<void> {
    const { chance } = this.#options
    const command = this.#draw()
    let previous = this.#pickInstance()
    for (let tries = 0; tries < 4; tries++) {
      if (!previous.isUp && chance.happens(0.9)) {
        await this.#pause(100)
        previous = this.#pickInstance()
      }
      const runs = chance.happens(0.15) ? 1 + chance.below(3) : 1
      const calls = Array.from({ length: runs }, () => {
        const instance = chance.happens(0.4) ? previous : this.#pickInstance()
        previous = instance
        const asked = tries > 0 && chance.happens(0.1) ? this.#otherPayload(command) : command.payload
        return this.#call(instance, command.action, asked, command.ref)
      })
      const records = await Promise.all(calls)
      const isSettled = records.some(
        ({ answer }) => answer.kind === 'answered' || !['none', 'unknown'].includes(answer.outcome) || isFinal(answer),
      )
      // A client that was answered repeats now and then, and one that was not gives up now and then.
      if (isSettled ? !chance.happens(0.15) : chance.happens(0.2)) return
      if (chance.happens(0.5)) await this.#pause(chance.fraction() * this.#options.longestPauseMs)
    }
  }

  async #look(): Promise<void> {
    const { chance } = this.#options
    if (chance.happens(0.3)) await this.#call(this.#pickInstance(), 'everything', {}, this.#newRef())
    else await this.#call(this.#pickInstance(), 'account', { account: this.#pickAccount() }, this.#newRef())
  }

  #draw(): Command {
    const { chance, day } = this.#options
    const action = chance.pick<Action>(DAYS[day])
    const ref = this.#newRef()
    return { action, ref, payload: { ref, ...this.#payloadOf(action) } }
  }

  #payloadOf(action: Action): Payload {
    const { chance } = this.#options
    const id = this.#pickAccount()
    switch (action) {
      case 'open account':
      case 'close account':
        return { account: id, owner: chance.pick(OWNERS) }
      case 'deposit money':
        return { account: id, amount: 10 + chance.below(60) }
      case 'withdraw money':
        return { account: id, amount: 10 + chance.below(60) }
      case 'transfer money':
        return { from: id, to: this.#pickAccount(), amount: 1 + chance.below(60) }
      case 'set limit':
        return { account: id, owner: chance.pick(OWNERS), limit: chance.pick([20, 50, 100]) }
      case 'welcome customer':
        return { gift: 1 + chance.below(9), alike: id }
      case 'log in':
      case 'remember me':
        return { login: chance.pick(LOGINS) }
    }
  }

  /** The same streams where the store alone cannot tell that the id was used: what it promises there is no more. */
  #otherPayload({ action, payload }: Command): Payload {
    if (this.#options.uniqueEventIds) return { ...payload, ...this.#payloadOf(action) }
    if (payload.amount !== undefined) return { ...payload, amount: payload.amount + 1 }
    return payload
  }

  #pickAccount(): string {
    return ACCOUNTS[this.#options.chance.below(this.#options.accounts)] ?? 'a'
  }

  /** Mostly one that has not stopped. */
  #pickInstance(): BankInstance {
    const { chance, instances } = this.#options
    const instance = chance.pick(instances)
    return instance.isUp || chance.happens(0.1) ? instance : chance.pick(instances)
  }

  #newRef(): string {
    return `client-${this.#options.number}-${++this.#sent}`
  }

  async #call(
    instance: BankInstance,
    action: CallRecord['action'],
    payload: Payload,
    ref: string,
  ): Promise<CallRecord> {
    const { chance, runtime, reader, history, number } = this.#options
    const timeoutMs = chance.pick([25, 80, 300, 1_500, 6_000])
    const isContextOwn = chance.happens(0.3)
    const positions = isContextOwn ? new Positions() : this.#positions
    const met = positions.of(reader.id)
    const calledAtMs = runtime.monotonic()
    // The memory store tells its head in the turn in which it is asked.
    const headAsked = reader.head()
    const called = instance.micro.call(action, payload, { commandId: ref, timeoutMs, positions })
    let answer: Answered | Refused
    try {
      const { response, repeated, positions: reached } = await called
      answer = { kind: 'answered', response, repeated, position: reached[reader.id] ?? 0 }
    } catch (error) {
      answer = isMicroError(error)
        ? { kind: 'refused', code: error.code, outcome: error.outcome, message: error.message }
        : { kind: 'refused', code: 'not a MicroError', outcome: 'unknown', message: String(error) }
    }
    const answeredAtMs = runtime.monotonic()
    const headAtAnswer = await reader.head()
    const record: CallRecord = {
      client: number,
      instance: instance.name,
      action,
      payload,
      ref,
      met,
      isContextOwn,
      headAtCall: await headAsked,
      headAtAnswer,
      calledAtMs,
      answeredAtMs,
      timeoutMs,
      answer,
    }
    history.push(record)
    return record
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#options.runtime.setTimer(ms, resolve))
  }
}

/** A refusal that the same command would meet again. */
function isFinal({ code, outcome }: Refused): boolean {
  return (
    outcome === 'none' && (code === 'MICRO_RULE_BROKEN' || code === 'MICRO_FORBIDDEN' || code === 'MICRO_ID_REUSED')
  )
}
