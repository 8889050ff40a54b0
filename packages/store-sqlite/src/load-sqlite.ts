import { MicroError } from '@micro/core'

/** What a statement takes and gives: the types that SQLite has. */
export type SqlValue = string | number | Uint8Array | null

/** One row, its columns in the order of the statement. */
export type SqlRow = readonly SqlValue[]

/** The part of a prepared statement that this package uses; `node:sqlite` and `@photostructure/sqlite` both have it. */
export interface Statement {
  run(...values: readonly SqlValue[]): unknown
  get(...values: readonly SqlValue[]): unknown
  all(...values: readonly SqlValue[]): unknown[]
  setReturnArrays(enabled: boolean): void
}

/** The part of a connection that this package uses. */
export interface Connection {
  readonly isTransaction: boolean
  exec(sql: string): void
  prepare(sql: string): Statement
  close(): void
}

export interface ConnectionOptions {
  readonly timeout: number
  readonly readOnly?: boolean
}

/** The driver: the module `node:sqlite`, or the package that has the same API. */
export interface Sqlite {
  readonly DatabaseSync: new (path: string, options: ConnectionOptions) => Connection
  backup(source: Connection, target: string, options: { readonly rate: number }): Promise<number>
}

/** The first version in which two connections cannot corrupt a log while it is being reset (https://sqlite.org/wal.html). */
export const OLDEST_SQLITE = '3.51.3'

/**
 * The SQLite of Node where it is new enough, otherwise the one of `@photostructure/sqlite`.
 *
 * @throws MicroError `MICRO_NOT_SUPPORTED` when neither can be had
 */
export async function loadSqlite(): Promise<Sqlite> {
  const version = process.versions['sqlite']
  if (version !== undefined && isNewEnough(version)) {
    // `getBuiltinModule` and not `import`: bundlers and older Nodes would fail on a module that they do not know.
    const builtin = process.getBuiltinModule('node:sqlite') as Sqlite | undefined
    if (builtin?.backup !== undefined) return builtin
  }
  return await importPackage()
}

async function importPackage(): Promise<Sqlite> {
  let sqlite: Sqlite
  try {
    sqlite = (await import('@photostructure/sqlite')) as Sqlite
  } catch (cause) {
    throw new MicroError(
      'MICRO_NOT_SUPPORTED',
      'No SQLite can be loaded on this machine. Use Node 24 or later, or install @photostructure/sqlite.',
      { cause },
    )
  }
  checkSqliteVersion(versionOf(sqlite))
  return sqlite
}

function versionOf({ DatabaseSync }: Sqlite): string {
  const memory = new DatabaseSync(':memory:', { timeout: 0 })
  try {
    return (memory.prepare('SELECT sqlite_version() AS version').get() as { readonly version: string }).version
  } finally {
    memory.close()
  }
}

/** @throws MicroError `MICRO_NOT_SUPPORTED` for a version that can corrupt a file which several connections write */
export function checkSqliteVersion(version: string): void {
  if (isNewEnough(version)) return
  throw new MicroError(
    'MICRO_NOT_SUPPORTED',
    `SQLite ${version} can corrupt a file that several connections write: ${OLDEST_SQLITE} is the oldest that is safe. ` +
      'Use Node 24 or later, or @photostructure/sqlite 1.2 or later.',
    { details: { version, needed: OLDEST_SQLITE } },
  )
}

function isNewEnough(version: string): boolean {
  const wanted = OLDEST_SQLITE.split('.').map(Number)
  const parts = version.split('.').map(Number)
  for (let index = 0; index < wanted.length; index++) {
    const difference = (parts[index] ?? 0) - (wanted[index] as number)
    if (difference !== 0) return difference > 0
  }
  return true
}
