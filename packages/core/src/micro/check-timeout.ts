import { shown } from '../values/shown.ts'

/** @throws TypeError for what is no time that a call may take */
export function checkTimeout(timeoutMs: number): number {
  if (typeof timeoutMs !== 'number' || !(timeoutMs > 0))
    throw new TypeError(`timeoutMs is a number of milliseconds > 0, not ${shown(timeoutMs)}`)
  return timeoutMs
}
