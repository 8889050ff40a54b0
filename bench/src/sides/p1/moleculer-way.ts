import { ServiceBroker } from 'moleculer'
import { filled, type Order } from './order.ts'
import type { Place, Way } from './way.ts'

function broker({ server, scope }: Place, nodeID: string): ServiceBroker {
  return new ServiceBroker({ logger: false, namespace: scope, nodeID, transporter: `nats://${server}` })
}

/** Its validator is on by default; everything else stays as its documents begin. */
export const moleculerWay: Way = {
  serve: async (place) => {
    const orders = broker(place, 'orders')
    orders.createService({
      name: 'orders',
      actions: {
        fill: {
          params: {
            $$strict: true,
            account: { type: 'string', min: 1, max: 64 },
            amount: { type: 'number', integer: true, min: 1, max: 1_000_000 },
            reference: { type: 'string', min: 1, max: 100 },
          },
          handler: (context: { readonly params: Order }) => filled(context.params),
        },
      },
    })
    await orders.start()
    return () => orders.stop()
  },
  connect: async (place) => {
    const shop = broker(place, 'shop')
    await shop.start()
    await shop.waitForServices('orders')
    return { call: (order) => shop.call<Order, Order>('orders.fill', order), close: () => shop.stop() }
  },
}
