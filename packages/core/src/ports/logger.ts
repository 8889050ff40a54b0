export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** Fields of a log line: only what may be seen by whoever reads logs. Payloads and identities do not belong here. */
export type LogFields = Readonly<Record<string, unknown>>

/** What core and adapters log with. `@micro/logger` brings one; without it warnings and errors go to standard error. */
export interface Logger {
  trace(fields: LogFields, message: string): void
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
  fatal(fields: LogFields, message: string): void
  /** A logger that adds these fields to each of its lines. */
  child(fields: LogFields): Logger
  /** Resolves when every line written so far has left the process. */
  flush(): Promise<void>
}
