import { defineModule, type LogFields, type Logger, type LogLevel, type ModuleDefinition } from '@micro/core'

export interface LogEntry {
  readonly level: LogLevel
  readonly fields: LogFields
  readonly message: string
}

/** A logger module that keeps its lines for the test to look at. */
export function capturedLogger(entries: LogEntry[] = []): ModuleDefinition<Logger> {
  const loggerWith = (own: LogFields): Logger => {
    const at = (level: LogLevel) => (fields: LogFields, message: string) =>
      void entries.push({ level, fields: { ...own, ...fields }, message })
    return {
      trace: at('trace'),
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      fatal: at('fatal'),
      child: (fields) => loggerWith({ ...own, ...fields }),
      flush: () => Promise.resolve(),
    }
  }
  return defineModule({ name: 'captured logger', provides: 'logger', create: () => loggerWith({}) })
}
