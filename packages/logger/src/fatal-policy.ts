import type { Logger, ModuleContext, Timer } from '@micro/core'
import type { LoggerSettings } from './options.ts'
import type { ProcessFace } from './process-face.ts'

/** Longer than any healthy stream needs; a broken one must not keep a failed process alive. */
const FLUSH_TIMEOUT_MS = 2000

/**
 * What happens when a service cannot go on: it drains, its last lines leave the process, and the process ends with code 1.
 * Gives what takes the listeners back.
 */
export function applyFatalPolicy(
  log: Logger,
  context: Pick<ModuleContext, 'fail' | 'onFatal' | 'runtime'>,
  settings: LoggerSettings,
  face: ProcessFace,
): () => void {
  const { runtime } = context
  let drain: Timer | undefined

  async function leave(): Promise<void> {
    drain?.cancel()
    await flushWithin(log, context.runtime)
    face.exit(1)
  }

  if (settings.exitOnFatal) context.onFatal(leave)
  if (!settings.catchUncaught) return () => undefined

  let isFailing = false
  return face.onUncaught((error) => {
    if (isFailing) {
      log.error({ err: error }, 'Another uncaught error, while the service ends because of the first')
      return
    }
    isFailing = true
    // Also past `stop`, which is part of draining: a service that hangs in it must not keep the process.
    if (settings.exitOnFatal)
      drain = runtime.setTimer(
        settings.drainTimeoutMs,
        () => {
          log.fatal({ drainTimeoutMs: settings.drainTimeoutMs }, 'The failed service did not drain in time')
          void leave()
        },
        { keepAlive: true },
      )
    try {
      context.fail(error)
    } catch (failure) {
      // The service is not up, or no longer: nothing is left to drain.
      log.fatal({ err: error, failure }, 'Uncaught error')
      if (settings.exitOnFatal) void leave()
    }
  })
}

async function flushWithin(log: Logger, runtime: ModuleContext['runtime']): Promise<void> {
  let timer: Timer | undefined
  const timeout = new Promise<void>((resolve) => {
    timer = runtime.setTimer(FLUSH_TIMEOUT_MS, resolve, { keepAlive: true })
  })
  await Promise.race([log.flush(), timeout])
  timer?.cancel()
}
