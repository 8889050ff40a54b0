import assert from 'node:assert/strict'
import { isMicroError, type MicroErrorCode } from '@micro/core'

/** The call must reject with a MicroError of this code. */
export async function rejectsWith(code: MicroErrorCode, call: () => Promise<unknown>, what = ''): Promise<void> {
  await assert.rejects(call, (error) => {
    assert.ok(isMicroError(error), `${what} a MicroError is expected, not: ${String(error)}`)
    assert.equal(error.code, code, what)
    return true
  })
}
