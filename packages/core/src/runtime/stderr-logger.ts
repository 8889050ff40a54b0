import type { LogFields, Logger, LogLevel } from '../ports/logger.ts'
import { logLine } from './log-line.ts'

const LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']

/** Takes a line with its line feed, and calls back when it has left the process. */
export type WriteLine = (line: string, written?: () => void) => void

/**
 * The logger of a service without a logger module: one line of JSON per entry to standard error, from `level` upwards.
 * It never throws, whatever the fields hold.
 *
 * @param fields added to each line
 */
export function stderrLogger(
  fields: LogFields = {},
  level: LogLevel = 'warn',
  write: WriteLine = writeToStderr,
): Logger {
  const lowest = LEVELS.indexOf(level)
  const writer = (of: LogLevel): Logger['warn'] =>
    LEVELS.indexOf(of) < lowest ? ignore : (own, message) => write(logLine(of, merged(fields, own), message))
  return {
    trace: writer('trace'),
    debug: writer('debug'),
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
    fatal: writer('fatal'),
    child: (more) => stderrLogger(merged(fields, more), level, write),
    flush: () => new Promise((resolve) => write('', resolve)),
  }
}

function ignore(): void {}

/** Both, the later winning. Getters stay getters: what throws is met where each field is written. */
function merged(first: LogFields, second: LogFields): LogFields {
  return Object.create(null, {
    ...Object.getOwnPropertyDescriptors(first),
    ...Object.getOwnPropertyDescriptors(second),
  }) as LogFields
}

function writeToStderr(line: string, written?: () => void): void {
  process.stderr.write(line, () => written?.())
}
