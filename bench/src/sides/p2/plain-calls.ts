import type { Side } from '../../measure/row.ts'
import { callSide, type Handler } from './call-side.ts'

/** What a call costs that nobody looks at. */
export async function plainCalls(handler: Handler, scale: number): Promise<Side> {
  return callSide(async (payload) => await handler(payload), scale)
}
