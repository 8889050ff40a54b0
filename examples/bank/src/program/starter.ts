import { untilSignal } from './until-signal.ts'

/** Tells the process that started this one that it is ready; nobody, where a person did. */
export function tellStarter(ready: { readonly url?: string }): void {
  process.send?.(ready)
}

/** Resolves at a signal, and when the process that started this one closes its channel: nobody else would end this one. */
export async function untilOver(): Promise<void> {
  if (process.send === undefined) return untilSignal()
  let leave = (): void => undefined
  const left = new Promise<void>((resolve) => (leave = resolve))
  process.once('disconnect', leave)
  // It may have gone while this one was starting.
  if (!process.connected) leave()
  await Promise.race([untilSignal(), left])
  // A channel that is listened to keeps a process alive.
  process.off('disconnect', leave)
}
