import { isMicroError } from '@micro/core'
import type { Answer, AskedCall, Instance } from './instance.ts'

/**
 * Asks as a caller does that means it: what two processes do at once on one stream may conflict for longer than the command
 * tries again by itself. Nothing was done then, and the same call may be made again.
 */
export async function askAgain(instance: Instance, call: AskedCall): Promise<Answer> {
  for (;;) {
    try {
      return await instance.ask(call)
    } catch (error) {
      if (!isMicroError(error, 'MICRO_CONFLICT') || error.outcome !== 'none') throw error
    }
  }
}
