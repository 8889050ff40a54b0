import { defineModule, type Logger, type ModuleDefinition } from '@micro/core'
import { applyFatalPolicy } from './fatal-policy.ts'
import type { LoggerOptions } from './options.ts'
import { pinoLogger } from './pino-logger.ts'
import { realProcess, type ProcessFace } from './process-face.ts'
import { readOptions } from './read-options.ts'
import { openSinks, type LeveledSink } from './sinks/open-sinks.ts'
import { warnOnce } from './sinks/warn-once.ts'

/**
 * The logger of a service: JSON lines, or lines for people in a terminal; secrets redacted by type and by key; the
 * policy for fatal errors. The module's API is the `Logger` that core and all modules log with.
 *
 * @throws TypeError when an option is unknown or wrong
 *
 * @example
 * createMicro({ name: 'bank', modules: [logger({ files: { folder: 'logs' } })] })
 */
export function logger(options: LoggerOptions = {}): ModuleDefinition<Logger> {
  return loggerOn(realProcess, options)
}

interface Opened {
  readonly sinks: readonly LeveledSink[]
  listeners: () => void
}

/** The same on another process; for tests. */
export function loggerOn(face: ProcessFace, options: LoggerOptions = {}): ModuleDefinition<Logger> {
  const settings = readOptions(options)
  // By API: one definition may be given to several services, and each makes its own logger.
  const opened = new WeakMap<Logger, Opened>()
  return defineModule<Logger>({
    name: 'logger',
    scope: 'shared',
    provides: 'logger',
    async create({ service, version, instance, runtime }) {
      const sinks = await openSinks(settings, face)
      const api = pinoLogger(settings, runtime, sinks, warnOnce('the log', face)).child({ service, version, instance })
      opened.set(api, { sinks, listeners: () => undefined })
      return api
    },
    start(api, context) {
      const own = opened.get(api)
      if (own === undefined) return
      own.listeners()
      own.listeners = applyFatalPolicy(api, context, settings, face)
    },
    async stop(api) {
      const own = opened.get(api)
      if (own === undefined) return
      own.listeners()
      own.listeners = () => undefined
      await Promise.all(own.sinks.map(({ stream }) => stream.close()))
    },
  })
}
