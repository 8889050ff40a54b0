import { type Command, getInMemoryMessageBus } from '@event-driven-io/emmett'
import type { Deposit } from '../../account/payload.ts'
import type { Side } from '../../measure/row.ts'
import { callSide, type Handler } from './call-side.ts'

type Add = Command<'Add', Deposit>

/** Its bus answers nothing and validates nothing: what the handler made is read beside it. */
export async function emmettCalls(handler: Handler, scale: number): Promise<Side> {
  const bus = getInMemoryMessageBus()
  let answer: Deposit = { account: '', amount: 0 }
  bus.handle<Add>(async ({ data }: Add) => {
    answer = await handler(data)
  }, 'Add')
  const call = async (data: Deposit): Promise<Deposit> => {
    await bus.send<Add>({ type: 'Add', data })
    return answer
  }
  return callSide(call, scale)
}
