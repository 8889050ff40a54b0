import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Side } from './row.ts'

/** The same side, whose rounds have the figure `delayP99Ms`: how late timers were, the millisecond they ask for included. */
export function withLoopDelay(side: Side): Side {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  return {
    ...side,
    run: async () => {
      delay.reset()
      delay.enable()
      const figures = await side.run()
      delay.disable()
      return { ...figures, delayP99Ms: delay.percentile(99) / 1e6 }
    },
  }
}
