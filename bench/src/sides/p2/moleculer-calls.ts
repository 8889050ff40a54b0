import { ServiceBroker } from 'moleculer'
import type { Deposit } from '../../account/payload.ts'
import type { Side } from '../../measure/row.ts'
import { callSide, type Handler } from './call-side.ts'

/** Its validator is on by default; everything else stays as its documents begin. */
export async function moleculerCalls(handler: Handler, scale: number): Promise<Side> {
  const broker = new ServiceBroker({ logger: false })
  broker.createService({
    name: 'bench',
    actions: {
      add: {
        params: {
          $$strict: true,
          account: { type: 'string', min: 1, max: 64 },
          amount: { type: 'number', integer: true, min: 1, max: 1_000_000 },
        },
        handler: (context: { readonly params: Deposit }) => handler(context.params),
      },
    },
  })
  await broker.start()
  return callSide(
    (payload) => broker.call<Deposit, Deposit>('bench.add', payload),
    scale,
    () => broker.stop(),
  )
}
