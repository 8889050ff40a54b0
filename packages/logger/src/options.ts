import type { LogLevel } from '@micro/core'

/** Whatever takes a line: a stream of Node's, or an object with `write`. */
export interface LogDestination {
  write(line: string): unknown
  readonly isTTY?: boolean | undefined
}

export interface LogFilesOptions {
  /** Made when it is missing. One process per folder: two would roll each other's files away. */
  readonly folder: string
  /** `info.<n>.log`: every line from `info` up. @default true */
  readonly info?: boolean | undefined
  /** `error.<n>.log`: errors and fatal errors. @default true */
  readonly error?: boolean | undefined
  /** A file that has this size is rolled; a burst of lines in one turn still ends in it. @default 10_485_760 */
  readonly maxSizeBytes?: number | undefined
  /** Rolls by the clock as well, and puts date or hour into the name. @default 'never' */
  readonly frequency?: 'never' | 'hourly' | 'daily' | undefined
  /** How many files of each kind are kept, the current one included. @default 10 */
  readonly keep?: number | undefined
}

export interface LoggerOptions {
  /** The least level that is written. @default 'info' */
  readonly level?: LogLevel | undefined
  /** For people instead of JSON; `'auto'`: when the destination is a terminal. @default 'auto' */
  readonly pretty?: boolean | 'auto' | undefined
  /** Instead of standard output. It stays the caller's: never closed here. */
  readonly destination?: LogDestination | undefined
  /** Rolling files of JSON lines, besides the destination. */
  readonly files?: LogFilesOptions | undefined
  /** Keys whose values are redacted too, in any case and spelling: `'iban'` is also `customerIban`. @default [] */
  readonly redact?: readonly string[] | undefined
  /** Ends the process with code 1 once a service that failed has drained. @default true */
  readonly exitOnFatal?: boolean | undefined
  /** Takes an uncaught exception or unhandled rejection as a fatal error of the service. @default true */
  readonly catchUncaught?: boolean | undefined
  /** How long a service may drain after an uncaught error before the process ends all the same. @default 30_000 */
  readonly drainTimeoutMs?: number | undefined
}

type Complete<T, Optional extends keyof T = never> = {
  readonly [K in Exclude<keyof T, Optional>]-?: Exclude<T[K], undefined>
} & Pick<T, Optional>

export type LogFiles = Complete<LogFilesOptions>
export type LoggerSettings = Omit<Complete<LoggerOptions, 'destination' | 'files'>, 'files'> & {
  readonly files: LogFiles | undefined
}

export const DEFAULTS: Readonly<Omit<Complete<LoggerOptions, 'destination' | 'files'>, 'destination' | 'files'>> =
  Object.freeze({
    level: 'info',
    pretty: 'auto',
    redact: Object.freeze([]),
    exitOnFatal: true,
    catchUncaught: true,
    drainTimeoutMs: 30_000,
  })

/** Of `files`, when there are any. */
export const FILE_DEFAULTS: Readonly<Omit<LogFiles, 'folder'>> = Object.freeze({
  info: true,
  error: true,
  maxSizeBytes: 10_485_760,
  frequency: 'never',
  keep: 10,
})
