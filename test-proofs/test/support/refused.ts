import { isMicroError, type MicroErrorCode } from '@micro/core'

/** The code that a call was refused with; `undefined` when it was answered. */
export async function refusalOf(call: Promise<unknown>): Promise<MicroErrorCode | undefined> {
  try {
    await call
    return undefined
  } catch (error) {
    if (isMicroError(error)) return error.code
    throw error
  }
}
