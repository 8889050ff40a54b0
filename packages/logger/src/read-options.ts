import { DEFAULTS, FILE_DEFAULTS, type LogFiles, type LoggerOptions, type LoggerSettings } from './options.ts'

const LEVELS: readonly unknown[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']
const FREQUENCIES: readonly unknown[] = ['never', 'hourly', 'daily']

type Check = readonly [isRight: (value: unknown) => boolean, wanted: string]

const isBoolean: Check = [(value) => typeof value === 'boolean', 'true or false']
const isCount: Check = [(value) => Number.isSafeInteger(value) && (value as number) >= 1, 'a whole number from 1']
const isText: Check = [(value) => typeof value === 'string' && value.trim() !== '', 'a text that is not empty']

const CHECKS: Readonly<Record<keyof LoggerOptions, Check>> = {
  level: [(value) => LEVELS.includes(value), `one of ${LEVELS.join(', ')}`],
  pretty: [(value) => typeof value === 'boolean' || value === 'auto', "true, false or 'auto'"],
  destination: [
    (value) => isObject(value) && typeof value['write'] === 'function',
    'a stream or an object with write()',
  ],
  files: [isObject, 'an object with a folder'],
  redact: [(value) => Array.isArray(value) && value.every(isText[0]), 'a list of keys'],
  exitOnFatal: isBoolean,
  catchUncaught: isBoolean,
  drainTimeoutMs: isCount,
}

const FILE_CHECKS: Readonly<Record<keyof LogFiles, Check>> = {
  folder: isText,
  info: isBoolean,
  error: isBoolean,
  maxSizeBytes: isCount,
  frequency: [(value) => FREQUENCIES.includes(value), `one of ${FREQUENCIES.join(', ')}`],
  keep: isCount,
}

/** @throws TypeError naming every option that is unknown or wrong */
export function readOptions(options: LoggerOptions): LoggerSettings {
  const problems = isObject(options) ? problemsOf(options, CHECKS, '') : ['the options are an object']
  if (isObject(options?.files)) {
    problems.push(...problemsOf(options.files, FILE_CHECKS, 'files.'))
    if (options.files['folder'] === undefined) problems.push('files.folder is missing')
  }
  if (problems.length > 0) throw new TypeError(`logger(options): ${problems.join('; ')}`)
  const given = withoutUndefined(options)
  const files = options.files && { ...FILE_DEFAULTS, ...withoutUndefined(options.files) }
  return Object.freeze({ ...DEFAULTS, ...given, files })
}

function problemsOf(given: object, checks: Readonly<Record<string, Check>>, prefix: string): string[] {
  return Object.entries(given).flatMap(([name, value]) => {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined
    if (check === undefined) return [`there is no option ${prefix}${name}`]
    return value === undefined || check[0](value) ? [] : [`${prefix}${name} is ${check[1]}`]
  })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> }

function withoutUndefined<T extends object>(value: T): Given<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Given<T>
}
