import { createMicro, defineAction } from '@micro/core'
import { natsTransport } from '@micro/transport-nats'
import { filled, type Order, OrderSchema } from './order.ts'
import type { Way } from './way.ts'

const fill = defineAction('fill', { service: 'orders', payload: OrderSchema, response: OrderSchema })

/** As its documents begin: nothing is turned off. */
export const microWay: Way = {
  serve: async ({ server, scope }) => {
    const micro = createMicro({ name: 'orders', namespace: scope, transport: natsTransport({ servers: server }) })
    micro.add(fill, filled)
    await micro.start()
    return () => micro.stop()
  },
  connect: async ({ server, scope }) => {
    const micro = createMicro({ name: 'shop', namespace: scope, transport: natsTransport({ servers: server }) })
    await micro.start()
    return { call: (order) => micro.act(fill, order) as Promise<Order>, close: () => micro.stop() }
  },
}
