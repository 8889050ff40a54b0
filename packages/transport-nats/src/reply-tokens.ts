import { randomFillSync } from 'node:crypto'

const BYTES = 12
const AT_ONCE = 512

/**
 * Names of requests, within an inbox, that nobody can guess: whoever is asked knows the inbox, and may have a third party
 * answer there. The system is asked for the bits of many at a time, as one call costs as much for 12 bytes as for thousands.
 */
export function replyTokens(): () => string {
  const pool = Buffer.alloc(BYTES * AT_ONCE)
  let next = pool.length
  return () => {
    if (next === pool.length) {
      randomFillSync(pool)
      next = 0
    }
    return pool.toString('base64url', next, (next += BYTES))
  }
}
