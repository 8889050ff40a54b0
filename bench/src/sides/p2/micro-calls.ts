import { createMicro, defineAction } from '@micro/core'
import { type Deposit, DepositSchema } from '../../account/payload.ts'
import type { Side } from '../../measure/row.ts'
import { callSide, type Handler } from './call-side.ts'

const add = defineAction('add', { service: 'bench', payload: DepositSchema })

export async function microCalls(handler: Handler, scale: number): Promise<Side> {
  const micro = createMicro({ name: 'bench' }).add(add, handler)
  await micro.start()
  return callSide(
    (payload) => micro.act(add, payload) as Promise<Deposit>,
    scale,
    () => micro.stop(),
  )
}
