import Hemera from 'nats-hemera'
import { connect } from 'nats-v1'
import { filled, type Order } from './order.ts'
import type { Place, Way } from './way.ts'

interface Opened {
  readonly hemera: Hemera<unknown, unknown>
  /** Resolves when the server has dealt with everything sent until now. */
  readonly flush: () => Promise<void>
}

/** It takes no client newer than the first major, whose headers it does not know. */
async function open({ server }: Place): Promise<Opened> {
  const connection = connect({ url: `nats://${server}` })
  const hemera = new Hemera(connection, { logLevel: 'silent' })
  await hemera.ready()
  return { hemera, flush: () => new Promise((resolve) => connection.flush(() => resolve())) }
}

/** Nothing is validated: that is another plugin. Everything else stays as its documents begin. */
export const hemeraWay: Way = {
  serve: async (place) => {
    const { hemera, flush } = await open(place)
    hemera.add({ topic: place.scope, cmd: 'fill' }, async ({ order }) => filled(order as Order))
    await flush()
    return () => hemera.close()
  },
  connect: async (place) => {
    const { hemera } = await open(place)
    const call = async (order: Order): Promise<Order> =>
      (await hemera.act({ topic: place.scope, cmd: 'fill', order })).data as Order
    return { call, close: () => hemera.close() }
  },
}
