// What `expression // value` in a document becomes when the fence is run. Plain JavaScript: Node runs it beside what the compiler emits.
import { deepStrictEqual, strictEqual } from 'node:assert/strict'

/** @param {unknown} actual @param {unknown} shown */
export function shows(actual, shown) {
  // Rows and responses have no prototype or a frozen one; a document shows what is in them.
  const plain = actual === undefined ? undefined : JSON.parse(JSON.stringify(actual))
  deepStrictEqual(plain, shown)
}

/** @param {() => Promise<unknown>} run @param {string} code */
export async function refuses(run, code) {
  let thrown
  try {
    await run()
  } catch (error) {
    thrown = error
  }
  strictEqual(thrown?.code, code)
}
