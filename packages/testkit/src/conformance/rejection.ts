import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { isMicroError, type MicroError, type MicroErrorCode } from '@micro/core'

/** The error of this code that the work rejects with; anything else fails the check and is told. */
export async function rejection<Code extends MicroErrorCode>(
  work: Promise<unknown>,
  code: Code,
): Promise<MicroError<Code>> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (isMicroError(error, code)) return error
  const instead = error === undefined ? 'it succeeded' : `it rejected with ${inspect(error)}`
  throw new assert.AssertionError({ message: `${code} was expected, but ${instead}`, actual: error, expected: code })
}
