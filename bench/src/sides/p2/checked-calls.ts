import { Ajv } from 'ajv'
import { type Deposit, DepositSchema } from '../../account/payload.ts'
import type { Side } from '../../measure/row.ts'
import { callSide, type Handler } from './call-side.ts'

type Next = (payload: Deposit) => Deposit | Promise<Deposit>

/** Finds the handler in a Map, validates with ajv and goes through three middlewares: the least a service does. */
export async function checkedCalls(handler: Handler, scale: number): Promise<Side> {
  const validate = new Ajv().compile(DepositSchema)
  const middlewares = Array.from(
    { length: 3 },
    () =>
      (next: Next): Next =>
      (payload) =>
        next(payload),
  )
  const actions = new Map<string, { readonly validate: typeof validate; readonly run: Next }>()
  actions.set('add', { validate, run: middlewares.reduce<Next>((next, wrap) => wrap(next), handler) })
  const call = async (payload: Deposit): Promise<Deposit> => {
    const action = actions.get('add')
    if (action === undefined || !action.validate(payload)) throw new Error('refused')
    return await action.run(payload)
  }
  return callSide(call, scale)
}
