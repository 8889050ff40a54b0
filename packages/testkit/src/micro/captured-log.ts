import { defineModule, type LogFields, type Logger, type LogLevel, type ModuleDefinition } from '@micro/core'

/** One entry, as it was logged. */
export interface LoggedLine {
  readonly level: LogLevel
  readonly message: string
  /** Those of the entry and of the child loggers that it was logged through. */
  readonly fields: LogFields
  /** The runtime's wall clock, milliseconds since 1970. */
  readonly time: number
}

/** Everything that a service logs, kept for a test to look at. */
export interface CapturedLog {
  /** The logger module to compose the service with; `startMicro` does it by itself. */
  readonly module: ModuleDefinition<Logger>
  /** Oldest first. */
  readonly lines: readonly LoggedLine[]
  /** Lines of these levels. */
  of(...levels: readonly LogLevel[]): readonly LoggedLine[]
  /** Forgets what was logged so far. */
  clear(): void
}

/**
 * @example
 * const log = captureLog()
 * const micro = createMicro({ name: 'bank', modules: [log.module] })
 */
export function captureLog(): CapturedLog {
  const lines: LoggedLine[] = []
  return {
    module: defineModule<Logger>({
      name: 'captured log',
      provides: 'logger',
      create: ({ runtime }) => capturingLogger((line) => void lines.push({ ...line, time: runtime.now() }), {}),
    }),
    lines,
    of: (...levels) => lines.filter(({ level }) => levels.includes(level)),
    clear: () => void lines.splice(0),
  }
}

function capturingLogger(keep: (line: Omit<LoggedLine, 'time'>) => void, fields: LogFields): Logger {
  const writer =
    (level: LogLevel) =>
    (own: LogFields, message: string): void =>
      keep({ level, message, fields: { ...fields, ...own } })
  return {
    trace: writer('trace'),
    debug: writer('debug'),
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
    fatal: writer('fatal'),
    child: (more) => capturingLogger(keep, { ...fields, ...more }),
    flush: () => Promise.resolve(),
  }
}
