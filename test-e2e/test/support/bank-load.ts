import { setTimeout as pause } from 'node:timers/promises'
import type { Answer, PortalClient } from './portal-client.ts'
import type { Random } from './random.ts'

export interface Order {
  readonly key: string
  readonly name: 'deposit-money' | 'transfer-money'
  readonly payload: { readonly account: string; readonly amount: number } | Transfer
}

interface Transfer {
  readonly from: string
  readonly to: string
  readonly amount: number
}

export interface Settled {
  readonly order: Order
  readonly answer: Answer
}

const RETRY_MS = 10

/** Orders of which no two have the same amount: what happened twice, or not at all, is seen in the log. */
export function makeOrders(random: Random, count: number, accounts: readonly string[]): readonly Order[] {
  return Array.from({ length: count }, (_, index) => {
    const key = `order-${random.seed}-${index}`
    const amount = index + 1
    const account = random.pick(accounts)
    const to = random.pick(accounts)
    if (account === to || random.next() < 0.5) return { key, name: 'deposit-money', payload: { account, amount } }
    return { key, name: 'transfer-money', payload: { from: account, to, amount } }
  })
}

/** Customers who give orders one after another, and give an order again with its key until the answer is certain. */
export class Customers {
  readonly settled: Settled[] = []
  /** Orders that were sent at least twice. */
  readonly resent = new Set<Order>()
  readonly #queue: Order[]
  readonly #whenSettled = new Set<() => void>()
  #client: PortalClient | Promise<PortalClient>
  #isOver = false

  constructor(orders: readonly Order[], client: PortalClient) {
    this.#queue = [...orders]
    this.#client = client
  }

  /** The bank is elsewhere now, or will be: customers wait for it. */
  moveTo(client: PortalClient | Promise<PortalClient>): void {
    this.#client = client
  }

  /** Resolves when all orders are settled. */
  async run(customers: number): Promise<void> {
    await Promise.all(Array.from({ length: customers }, () => this.#giveOrders()))
  }

  /** Customers give up: for a test that has failed otherwise. */
  giveUp(): void {
    this.#isOver = true
  }

  /** Resolves in the turn in which so many are settled. */
  until(count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.settled.length < count) return
        this.#whenSettled.delete(look)
        resolve()
      }
      this.#whenSettled.add(look)
      look()
    })
  }

  async #giveOrders(): Promise<void> {
    for (let order = this.#queue.shift(); order !== undefined && !this.#isOver; order = this.#queue.shift()) {
      const answer = await this.#settle(order)
      if (answer === undefined) return
      this.settled.push({ order, answer })
      for (const look of this.#whenSettled) look()
    }
  }

  async #settle(order: Order): Promise<Answer | undefined> {
    for (;;) {
      const client = await this.#client
      const answer = await client.command(order.name, order.payload, { key: order.key }).catch(lost)
      if (answer !== undefined && isCertain(answer)) return answer
      if (this.#isOver) return undefined
      this.resent.add(order)
      await pause(RETRY_MS)
    }
  }
}

/** The connection broke: whether the order was carried out, nobody knows. */
function lost(error: unknown): undefined {
  if (error instanceof TypeError) return undefined
  throw error
}

const LATER = ['MICRO_OVERLOADED', 'MICRO_UNAVAILABLE', 'MICRO_TIMEOUT', 'MICRO_CONFLICT', 'MICRO_CANCELLED']

/** Anything but "later": busy, closing, too slow, and whatever leaves the outcome open. */
function isCertain({ status, body }: Answer): boolean {
  if (status === 200) return true
  const { code = '', outcome } = body as { readonly code?: string; readonly outcome?: string }
  return outcome !== 'unknown' && !LATER.includes(code)
}
