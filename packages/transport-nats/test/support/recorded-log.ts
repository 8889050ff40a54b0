import type { LogFields, Logger, LogLevel } from '@micro/core'

export interface RecordedLine {
  readonly level: LogLevel
  readonly message: string
  readonly fields: LogFields
}

/** Keeps what is logged, for a test to look at. */
export function recordLog(): { readonly logger: Logger; readonly lines: readonly RecordedLine[] } {
  const lines: RecordedLine[] = []
  const record =
    (level: LogLevel) =>
    (fields: LogFields, message: string): void =>
      void lines.push({ level, message, fields })
  const logger: Logger = {
    trace: record('trace'),
    debug: record('debug'),
    info: record('info'),
    warn: record('warn'),
    error: record('error'),
    fatal: record('fatal'),
    child: () => logger,
    flush: () => Promise.resolve(),
  }
  return { logger, lines }
}
