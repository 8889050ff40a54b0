import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Comparison, Row, SideDefinition } from '../measure/row.ts'
import type { Depositor } from '../sides/p3/deposit-side.ts'

const MEMORY = 'micro, models in memory'
const SQLITE = 'micro, models in the same file'
const RAW = 'bare SQLite, grouped append of the same bytes'
const EMMETT = 'emmett-sqlite, one caller'

function depositing(name: string, kind: SideDefinition['kind'], open: () => Promise<Depositor>): SideDefinition {
  return {
    name,
    kind,
    work: 'deposits',
    packages: ['@photostructure/sqlite'],
    make: async (scale) => {
      const { depositSide } = await import('../sides/p3/deposit-side.ts')
      const { withLoopDelay } = await import('../measure/with-loop-delay.ts')
      return withLoopDelay(depositSide({ ...(await open()), eventsPerStream: 10, scale }))
    },
  }
}

async function micro(models: 'memory' | 'sqlite'): Promise<Depositor> {
  const { microSqliteDepositor } = await import('../sides/p4/micro-sqlite-depositor.ts')
  return await microSqliteDepositor(models)
}

function delay(side: string): Comparison {
  return { what: `event-loop delay p99, ${side}`, side, to: RAW, measure: 'delayP99Ms', atMost: 1 }
}

const emmett: SideDefinition = {
  name: EMMETT,
  kind: 'peer',
  packages: ['@event-driven-io/emmett', '@event-driven-io/emmett-sqlite', 'sqlite3'],
  make: async (scale) => {
    const { emmettSqliteSide } = await import('../sides/p4/emmett-sqlite-side.ts')
    return await emmettSqliteSide(scale)
  },
}

/** Its binary is built by `npm run bench`, where that works; an install builds nothing. */
function hasSqlite3(): boolean {
  const file = createRequire(import.meta.url).resolve('sqlite3/package.json')
  return existsSync(join(dirname(file), 'build/Release/node_sqlite3.node'))
}

export const p4: Row = {
  id: 'P4',
  work: 'durable command on store-sqlite, fsync before the reply, 64 in flight',
  rounds: 7,
  warmUps: 2,
  sides: [
    depositing(MEMORY, 'micro', () => micro('memory')),
    depositing(SQLITE, 'micro', () => micro('sqlite')),
    depositing(RAW, 'ceiling', async () => {
      const { rawSqliteDepositor } = await import('../sides/p4/raw-sqlite-depositor.ts')
      return rawSqliteDepositor()
    }),
    ...(hasSqlite3() ? [emmett] : []),
  ],
  comparisons: [
    { what: `${RAW}, models in memory`, side: MEMORY, to: RAW, measure: 'rate', atLeast: 0.75 },
    { what: `${RAW}, models in the same file`, side: SQLITE, to: RAW, measure: 'rate', atLeast: 0.5 },
    ...(hasSqlite3() ? [{ what: EMMETT, side: MEMORY, to: EMMETT, measure: 'rate', atLeast: 40 }] : []),
    delay(MEMORY),
    delay(SQLITE),
  ],
}
