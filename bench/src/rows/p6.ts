import type { Comparison, Row, SideDefinition } from '../measure/row.ts'
import { counted } from '../measure/counted.ts'
import type { Lookups } from '../sides/p6/lookup-side.ts'

const SIZES = [1_000, 10_000, 100_000, 1_000_000] as const
const [FEW, MANY] = [SIZES[0], SIZES[3]]
const LOOKUPS = 100_000

interface Way {
  readonly name: string
  readonly kind: SideDefinition['kind']
  readonly packages?: readonly string[]
  readonly sizes: readonly number[]
  /** @default LOOKUPS */
  readonly lookups?: number
  readonly open: (rows: number) => Promise<Lookups>
}

const map: Way = {
  name: 'Map',
  kind: 'ceiling',
  sizes: SIZES,
  open: async (rows) => (await import('../sides/p6/map-lookups.ts')).mapLookups(rows),
}

const promised: Way = {
  name: 'Map behind a promise',
  kind: 'ceiling',
  sizes: SIZES,
  open: async (rows) => (await import('../sides/p6/map-lookups.ts')).promisedMapLookups(rows),
}

function port(store: 'memory' | 'taffy', by: 'key' | 'index', sizes: readonly number[]): Way {
  return {
    name: `port, ${store} store by ${by}`,
    kind: 'micro',
    sizes,
    open: async (rows) => (await import('../sides/p6/port-lookups.ts')).portLookups(store, by, rows),
  }
}

function reader(store: 'memory' | 'taffy', by: 'key' | 'index'): Way {
  return {
    name: `view, ${store} store by ${by}`,
    kind: 'micro',
    sizes: [FEW, MANY],
    open: async (rows) => (await import('../sides/p6/reader-lookups.ts')).readerLookups(store, by, rows),
  }
}

function loki(by: 'key' | 'index'): Way {
  return {
    name: `lokijs by ${by}`,
    kind: 'peer',
    packages: ['lokijs'],
    sizes: [FEW, MANY],
    open: async (rows) => (await import('../sides/p6/loki-lookups.ts')).lokiLookups(by, rows),
  }
}

const taffydb: Way = {
  name: 'taffydb',
  kind: 'peer',
  packages: ['taffydb'],
  sizes: [1_000, 100_000],
  lookups: 20,
  open: async (rows) => (await import('../sides/p6/taffydb-lookups.ts')).taffydbLookups(rows),
}

const byKey = port('taffy', 'key', SIZES)
const byIndex = port('taffy', 'index', SIZES)
const OURS: readonly Way[] = [
  byKey,
  byIndex,
  reader('taffy', 'key'),
  reader('taffy', 'index'),
  port('memory', 'key', [FEW, MANY]),
  reader('memory', 'key'),
]

const named = ({ name }: Way, rows: number): string => `${name}, ${rows.toLocaleString('en')} rows`

function sidesOf(way: Way): SideDefinition[] {
  const { kind, packages, lookups = LOOKUPS } = way
  return way.sizes.map((rows) => ({
    name: named(way, rows),
    kind,
    ...(packages === undefined ? {} : { packages }),
    ...(lookups === LOOKUPS ? { work: `${rows} rows` } : {}),
    make: async (scale) => {
      const { lookupSide } = await import('../sides/p6/lookup-side.ts')
      const some = counted(rows, scale, 500)
      return lookupSide(await way.open(some), some, lookups, scale)
    },
  }))
}

/** A port cannot answer but by a promise, so that is what the target is for; the bare Map stands beside it. */
function costs(way: Way): Comparison[] {
  return way.sizes.flatMap((rows) => [{ ...cost(way, promised, rows), atMost: 4 }, cost(way, map, rows)])
}

function cost(way: Way, to: Way, rows: number): Comparison {
  return { what: `${named(way, rows)}, to ${to.name}`, side: named(way, rows), to: named(to, rows), measure: 'cost' }
}

/**
 * For the reader: a bare Map grows as well, by what caches of the processor cost, so that flatness is what `costs` says, within 4
 * of the Map at every size. A scan of 1,000 times as many rows would be 1,000 here.
 */
function growth(way: Way): Comparison {
  return {
    what: `${way.name}, 1,000,000 rows to 1,000`,
    side: named(way, MANY),
    to: named(way, FEW),
    measure: 'cost',
  }
}

const peer = (to: Way, ours: Way, rows: number): Comparison => ({
  what: named(to, rows),
  side: named(ours, rows),
  to: named(to, rows),
  measure: 'rate',
})

export const p6: Row = {
  id: 'P6',
  work: 'model lookup by key and by declared index, one after another',
  rounds: 7,
  warmUps: 2,
  sides: [map, promised, ...OURS, loki('key'), loki('index'), taffydb].flatMap(sidesOf),
  comparisons: [
    ...OURS.flatMap(costs),
    ...OURS.map(growth),
    growth(map),
    ...[FEW, MANY].flatMap((rows) => [peer(loki('key'), byKey, rows), peer(loki('index'), byIndex, rows)]),
    ...taffydb.sizes.map((rows) => peer(taffydb, byIndex, rows)),
  ],
}
