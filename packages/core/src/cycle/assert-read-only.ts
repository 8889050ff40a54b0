import type { Call } from './call.ts'

/**
 * Inside lanes a command could wait for itself, so deciding handlers reach views only.
 *
 * @throws TypeError for anything but a view, while the calling handler decides
 */
export function assertReadOnly(parent: Call | undefined, kind: string | undefined, name: string): void {
  if (parent === undefined || !parent.isDeciding || kind === 'view') return
  throw new TypeError(
    `"${parent.endpoint.name}" calls "${name}" while it decides: authorize, validate, events and views may call views only. Call commands in respond.`,
  )
}
