import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import type { Balance, Deposit } from '../../account/payload.ts'
import { newFolder } from '../../measure/new-folder.ts'
import type { Depositor } from '../p3/deposit-side.ts'

const GROUP = 64
// As @micro/store-sqlite has them.
const TABLES = `
PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
CREATE TABLE streams (number INTEGER PRIMARY KEY, hash INTEGER NOT NULL, name TEXT NOT NULL);
CREATE INDEX streams_by_hash ON streams (hash);
CREATE TABLE events (
  position INTEGER PRIMARY KEY, stream INTEGER NOT NULL, revision INTEGER NOT NULL, ordinal INTEGER NOT NULL,
  size INTEGER NOT NULL, id TEXT NOT NULL, type INTEGER NOT NULL, time TEXT NOT NULL, data TEXT NOT NULL,
  shape INTEGER NOT NULL, metadata TEXT NOT NULL, crc INTEGER NOT NULL
);
CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);
CREATE UNIQUE INDEX events_by_id ON events (id);
`

interface State {
  readonly stream: number
  revision: number
  balance: number
}

interface Waiting {
  readonly deposit: Deposit
  readonly resolve: (balance: Balance) => void
  readonly reject: (error: unknown) => void
}

/**
 * The bare engine: the bytes that a command of ours leaves, written in groups, each with one sync, before any answer.
 * Nothing is checked, no id or digest is made: texts of their length stand for them.
 */
export function rawSqliteDepositor(): Depositor {
  const database = new DatabaseSync(join(newFolder(), 'raw.db'), { timeout: 0 })
  database.exec(TABLES)
  const addStream = database.prepare('INSERT INTO streams (number, hash, name) VALUES (?, ?, ?)')
  const addEvent = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const [begin, commit] = [database.prepare('BEGIN IMMEDIATE'), database.prepare('COMMIT')]
  const states = new Map<string, State>()
  let waiting: Waiting[] = []
  let position = 0

  function stateOf(account: string): State {
    const known = states.get(account)
    if (known !== undefined) return known
    const state: State = { stream: states.size + 1, revision: -1, balance: 0 }
    addStream.run(state.stream, (state.stream * 2_654_435_761) % 2 ** 48, `bench/${account}`)
    states.set(account, state)
    return state
  }

  function insert({ account, amount }: Deposit): Balance {
    const state = stateOf(account)
    state.balance += amount
    const serial = (++position).toString(16).padStart(12, '0')
    const id = `01a20d79-${serial.slice(0, 4)}-8ec3-8da5-${serial}`
    const time = new Date().toISOString()
    const data = JSON.stringify({ account, amount })
    const metadata = `[0,1,"HAGRpASwETk79S4XATvFXTTL7QU4Fqm${serial}"]`
    addEvent.run(position, state.stream, ++state.revision, 0, 1, id, 1, time, data, 1, metadata, 1_681_850_379)
    return { account, balance: state.balance }
  }

  function write(): void {
    const group = waiting.slice(0, GROUP)
    waiting = waiting.slice(GROUP)
    try {
      begin.run()
      const balances = group.map(({ deposit }) => insert(deposit))
      commit.run()
      balances.forEach((balance, at) => group[at]?.resolve(balance))
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
    if (waiting.length > 0) setImmediate(write)
  }

  return {
    deposit: (deposit) =>
      new Promise<Balance>((resolve, reject) => {
        waiting.push({ deposit, resolve, reject })
        if (waiting.length === 1) setImmediate(write)
      }),
    close: async () => database.close(),
  }
}
