import type { LogFields, Logger, LogLevel, Runtime } from '@micro/core'
import { pino } from 'pino'
import type { LoggerSettings } from './options.ts'
import { sensitiveKeys } from './redact/sensitive-keys.ts'
import { SeenErrors } from './seen-errors.ts'
import { createSerializer, type PlainRecord } from './serialize/serializer.ts'
import type { LeveledSink } from './sinks/open-sinks.ts'
import type { OnProblem } from './sinks/sink.ts'

/** What pino writes itself; a field of that name would appear twice in the line. */
const TAKEN: ReadonlySet<string> = new Set(['level', 'time', 'msg'])

type Write = (level: LogLevel, bindings: PlainRecord, fields: LogFields, message: string) => void

/** A logger on pino: pino has levels, lines and streams, what goes into a line is made plain and bounded before. */
export function pinoLogger(
  settings: LoggerSettings,
  runtime: Runtime,
  sinks: readonly LeveledSink[],
  onProblem: OnProblem,
): Logger {
  const serializer = createSerializer(sensitiveKeys(settings.redact))
  const seen = new SeenErrors()
  const lines = pino(
    {
      level: settings.level,
      base: null,
      // pino's own for errors would make less of what is made plain already.
      serializers: { err: (value: unknown) => value },
      timestamp: () => `,"time":"${timeText(runtime)}"`,
      formatters: {
        level: (label) => ({ level: label }),
        // Wrapped until here: pino looks into what it is given for HTTP requests and replaces them.
        log: ({ record }) => record as Record<string, unknown>,
      },
    },
    pino.multistream([...sinks]),
  )

  const write: Write = (level, bindings, fields, message) => {
    try {
      if (!lines.isLevelEnabled(level)) return
      const { error, action } = errorOf(fields, bindings)
      if (seen.isRepeated(level, error, action)) return
      lines[level]({ record: joined(bindings, serializer.fields(fields)) }, serializer.text(message))
    } catch (error) {
      // Such as a stack that was full already: logging is never what a command fails of.
      onProblem(error)
    }
  }

  const flush = async (): Promise<void> => {
    await Promise.all(sinks.map(({ stream }) => stream.flush()))
  }

  const child = (bindings: PlainRecord): Logger => ({
    trace: (fields, message) => write('trace', bindings, fields, message),
    debug: (fields, message) => write('debug', bindings, fields, message),
    info: (fields, message) => write('info', bindings, fields, message),
    warn: (fields, message) => write('warn', bindings, fields, message),
    error: (fields, message) => write('error', bindings, fields, message),
    fatal: (fields, message) => write('fatal', bindings, fields, message),
    child: (fields) => child(joined(bindings, serializer.fields(fields))),
    flush,
  })
  return child({})
}

/** In one record, so that no key appears twice in a line. */
function joined(bindings: PlainRecord, fields: PlainRecord): PlainRecord {
  const record = Object.assign(Object.create(null) as PlainRecord, bindings)
  for (const [key, value] of Object.entries(fields)) record[TAKEN.has(key) ? `_${key}` : key] = value
  return record
}

/** The error that a line is about, and the action it happened in. */
function errorOf(fields: LogFields, bindings: PlainRecord): { readonly error: unknown; readonly action: unknown } {
  try {
    const error = fields['err'] ?? fields['error'] ?? fields
    const action = [fields['correlationId'] ?? bindings['correlationId'], fields['commandId'] ?? bindings['commandId']]
    return { error, action: JSON.stringify(action) }
  } catch {
    return { error: undefined, action: undefined }
  }
}

function timeText(runtime: Runtime): string {
  const time = new Date(runtime.now())
  return Number.isNaN(time.getTime()) ? 'unknown' : time.toISOString()
}
