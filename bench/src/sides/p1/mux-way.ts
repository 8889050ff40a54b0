import { connect, createInbox } from 'nats'
import { filled, type Order } from './order.ts'
import type { Way } from './way.ts'

const TIMEOUT_MS = 10_000
const SWEEP_EVERY_MS = 100

interface Waiting {
  readonly dueAt: number
  readonly resolve: (order: Order) => void
  readonly reject: (error: Error) => void
}

/** The least that asks and answers: one inbox, a Map from token to who waits, one sweep for time-outs. */
export const muxWay: Way = {
  serve: async ({ server, scope }) => {
    const connection = await connect({ servers: server })
    connection.subscribe(scope, {
      callback: (error, message) => {
        if (error === null) message.respond(JSON.stringify(filled(message.json<Order>())))
      },
    })
    await connection.flush()
    return () => connection.drain()
  },
  connect: async ({ server, scope }) => {
    const connection = await connect({ servers: server })
    const prefix = `${createInbox()}.`
    const waiting = new Map<string, Waiting>()
    let next = 0
    connection.subscribe(`${prefix}*`, {
      callback: (error, message) => {
        const token = message.subject.slice(prefix.length)
        const asked = waiting.get(token)
        if (error !== null || asked === undefined) return
        waiting.delete(token)
        asked.resolve(message.json<Order>())
      },
    })
    const sweep = setInterval(() => {
      const now = performance.now()
      for (const [token, { dueAt, reject }] of waiting) {
        if (dueAt > now) break
        waiting.delete(token)
        reject(new Error('time-out'))
      }
    }, SWEEP_EVERY_MS)
    await connection.flush()
    const call = (order: Order): Promise<Order> =>
      new Promise((resolve, reject) => {
        const token = (next++).toString(36)
        waiting.set(token, { dueAt: performance.now() + TIMEOUT_MS, resolve, reject })
        connection.publish(scope, JSON.stringify(order), { reply: `${prefix}${token}` })
      })
    const close = async (): Promise<void> => {
      clearInterval(sweep)
      await connection.drain()
    }
    return { call, close }
  },
}
