import type { Runtime, Timer } from '../ports/runtime.ts'

const HOLD_MS = 1_000

/** Keeps the process alive until the returned function is called: what is under way may wait for nothing that does. */
export function holdProcess(runtime: Runtime): () => void {
  let timer: Timer
  const hold = (): void => {
    timer = runtime.setTimer(HOLD_MS, hold, { keepAlive: true })
  }
  hold()
  return () => timer.cancel()
}
