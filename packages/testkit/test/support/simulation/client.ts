import { type Micro, Positions, type Runtime } from '@micro/core'
import type { History, HistoryCall, Refused } from '../../../src/history/index.ts'
import type { Chance } from '../../../src/runtime/chance.ts'
import type { Action, Payload } from './bank-decisions.ts'
import type { BankInstance } from './instance.ts'

export interface ClientOptions {
  readonly number: number
  readonly runtime: Runtime
  readonly chance: Chance
  readonly instances: readonly [BankInstance, ...BankInstance[]]
  readonly history: History
  /** A service of its own, which reaches the instances over a bad line. */
  readonly desk: Micro
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
        ({ answer }) => answer.kind === 'ok' || !['none', 'unknown'].includes(answer.outcome) || isFinal(answer),
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
    action: Action | 'account' | 'everything',
    payload: Payload,
    ref: string,
  ): Promise<HistoryCall> {
    const { chance, history, desk, number } = this.#options
    const client = `client ${number}`
    const options = {
      commandId: ref,
      timeoutMs: chance.pick([25, 80, 300, 1_500, 6_000]),
      ...(chance.happens(0.3) ? {} : { positions: this.#positions }),
      ...(chance.happens(0.05) ? { signal: this.#impatience(chance.fraction() * 200) } : {}),
    }
    if (chance.happens(0.25))
      return history.record(desk, { client })({ service: 'bank', name: action }, payload, options)
    const { micro, name } = instance
    return history.record(micro, { client, via: name })(action, payload, options)
  }

  /** Somebody who does not care any more after so long. */
  #impatience(ms: number): AbortSignal {
    const impatience = new AbortController()
    this.#options.runtime.setTimer(ms, () => impatience.abort())
    return impatience.signal
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
