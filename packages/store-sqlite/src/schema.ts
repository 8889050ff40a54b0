import { MicroError } from '@micro/core'
import type { Connection } from './load-sqlite.ts'

/** "MICR" in the header of the file: says that it is ours (https://sqlite.org/fileformat.html#application_id). */
const APPLICATION_ID = 0x4d494352
/** Version of the tables below. A file of a newer one is refused: this code would not keep the promises of that format. */
export const SCHEMA_VERSION = 1

// One row per event. `ordinal` and `size` place it in its append; names are numbers of the tables beside it; `metadata`
// holds what `shape` leaves open; `crc` covers all that a reader is given. Numbers of streams grow, so that a new stream
// lands at the right edge of the index. Rows of models lie in tables of their own, see projection-tables.ts.
const TABLES = `
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL, crc INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE streams (number INTEGER PRIMARY KEY, hash INTEGER NOT NULL, name TEXT NOT NULL);
CREATE INDEX streams_by_hash ON streams (hash);
CREATE TABLE types (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE shapes (number INTEGER PRIMARY KEY, template TEXT NOT NULL UNIQUE);
CREATE TABLE events (
  position INTEGER PRIMARY KEY,
  stream INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  size INTEGER NOT NULL,
  id TEXT NOT NULL,
  type INTEGER NOT NULL,
  time TEXT NOT NULL,
  data TEXT NOT NULL,
  shape INTEGER NOT NULL,
  metadata TEXT NOT NULL,
  crc INTEGER NOT NULL
);
CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);
CREATE UNIQUE INDEX events_by_id ON events (id);
CREATE TABLE generations (
  number INTEGER PRIMARY KEY,
  projection TEXT NOT NULL,
  generation INTEGER NOT NULL,
  position INTEGER NOT NULL,
  event_id TEXT NOT NULL,
  active INTEGER NOT NULL,
  UNIQUE (projection, generation)
);
CREATE TABLE models (
  number INTEGER PRIMARY KEY,
  generation INTEGER NOT NULL,
  model TEXT NOT NULL,
  key TEXT NOT NULL,
  indexes TEXT NOT NULL,
  UNIQUE (generation, model)
);
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${SCHEMA_VERSION};
`

/** What the header says: `new` has no tables yet, `ours` is ready. */
export type FileState = 'new' | 'ours'

/** @throws MicroError `MICRO_NOT_SUPPORTED` for a file of another program or of a newer version of this package */
export function checkSchema(connection: Connection, file: string): FileState {
  const applicationId = pragma(connection, 'application_id')
  const version = pragma(connection, 'user_version')
  if (applicationId === 0 && version === 0 && isEmpty(connection)) return 'new'
  if (applicationId !== APPLICATION_ID)
    throw new MicroError('MICRO_NOT_SUPPORTED', `${file} is the database of another program. Name another file.`, {
      details: { applicationId },
    })
  if (version !== SCHEMA_VERSION)
    throw new MicroError(
      'MICRO_NOT_SUPPORTED',
      `${file} has format ${version} and this version of @micro/store-sqlite knows ${SCHEMA_VERSION}. Use a newer version of it.`,
      { details: { version, known: SCHEMA_VERSION } },
    )
  return 'ours'
}

/** Makes the tables; to be called inside a write transaction. */
export function createSchema(connection: Connection): void {
  connection.exec(TABLES)
}

function isEmpty(connection: Connection): boolean {
  return (connection.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() as { tables: number }).tables === 0
}

/** The value of a pragma that is one number. */
export function pragma(connection: Connection, name: string): number {
  const row = connection.prepare(`PRAGMA ${name}`).get() as Readonly<Record<string, number>>
  return Object.values(row)[0] as number
}
