export interface SqliteStoreOptions {
  /** Path of the database file. It is made, with its folders, when it is not there. */
  readonly file: string
  /** Takes the file alone; every other opener is refused as `MICRO_STORE_LOCKED`. @default false */
  readonly exclusive?: boolean | undefined
  /** How thoroughly the file is checked when it is opened. @default 'quick' */
  readonly integrityCheck?: 'quick' | 'full' | 'off' | undefined
  /** How long a write waits for another process that is writing, before it is refused as unavailable. @default 10000 */
  readonly writeTimeoutMs?: number | undefined
  /** How often another process's commits are looked for while somebody waits for them. @default 20 */
  readonly pollIntervalMs?: number | undefined
}

/** What an option is when it is not given. */
export const DEFAULTS: Readonly<Required<Omit<SqliteStoreOptions, 'file'>>> = Object.freeze({
  exclusive: false,
  integrityCheck: 'quick',
  writeTimeoutMs: 10_000,
  pollIntervalMs: 20,
})

export type ResolvedOptions = Readonly<{
  [Key in keyof SqliteStoreOptions]-?: Exclude<SqliteStoreOptions[Key], undefined>
}>

/** @throws TypeError for an option that is unknown or has a value that it cannot have */
export function resolveOptions(options: SqliteStoreOptions): ResolvedOptions {
  const given: Readonly<Record<string, unknown>> = { ...options }
  for (const name of Object.keys(given)) {
    if (name !== 'file' && !Object.hasOwn(DEFAULTS, name))
      throw new TypeError(`sqliteStore: there is no option "${name}"`)
  }
  const { file, ...rest } = options
  if (typeof file !== 'string' || file === '' || file.includes('\0')) throw wrong('file', 'the path of a file', file)
  // SQLite reads these as something else than a path.
  if (file === ':memory:' || file.startsWith('file:')) throw wrong('file', 'the path of a file and no URI', file)
  const resolved = { file, ...DEFAULTS, ...withoutUndefined(rest) } as ResolvedOptions
  const { exclusive, integrityCheck, writeTimeoutMs, pollIntervalMs } = resolved
  if (typeof exclusive !== 'boolean') throw wrong('exclusive', 'true or false', exclusive)
  if (!['quick', 'full', 'off'].includes(integrityCheck))
    throw wrong('integrityCheck', "'quick', 'full' or 'off'", integrityCheck)
  if (!(writeTimeoutMs >= 0)) throw wrong('writeTimeoutMs', 'a number from 0 on', writeTimeoutMs)
  if (!(pollIntervalMs >= 1)) throw wrong('pollIntervalMs', 'a number from 1 on', pollIntervalMs)
  return Object.freeze(resolved)
}

function withoutUndefined(options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

function wrong(option: string, wanted: string, value: unknown): TypeError {
  return new TypeError(`sqliteStore: ${option} must be ${wanted}, not ${JSON.stringify(value)}`)
}
