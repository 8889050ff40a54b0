import type { Comparison, Row, SideDefinition } from '../measure/row.ts'
import type { Depositor } from '../sides/p3/deposit-side.ts'

const LENGTHS = [10, 100, 1_000] as const
const STREAMS = [100, 100_000] as const

interface Way {
  readonly name: string
  readonly kind: SideDefinition['kind']
  readonly packages?: readonly string[]
  readonly open: () => Promise<Depositor>
}

const micro: Way = {
  name: 'micro',
  kind: 'micro',
  open: async () => (await import('../sides/p3/micro-depositor.ts')).microDepositor(),
}
const maps: Way = {
  name: 'cached state in Maps',
  kind: 'ceiling',
  open: async () => (await import('../sides/p3/map-depositor.ts')).mapDepositor(),
}
const castore: Way = {
  name: 'castore',
  kind: 'peer',
  packages: ['@castore/core', '@castore/event-storage-adapter-in-memory'],
  open: async () => (await import('../sides/p3/castore-depositor.ts')).castoreDepositor(),
}
const emmett: Way = {
  name: 'emmett + projection',
  kind: 'peer',
  packages: ['@event-driven-io/emmett'],
  open: async () => (await import('../sides/p3/emmett-depositor.ts')).emmettDepositor(),
}

const named = ({ name }: Way, what: string): string => `${name}, ${what}`
const events = (length: number): string => `${length} events per stream`
const streams = (count: number): string => `${count} streams`

function growing(way: Way, length: number): SideDefinition {
  return {
    ...way,
    name: named(way, events(length)),
    work: events(length),
    make: async (scale) => {
      const { depositSide } = await import('../sides/p3/deposit-side.ts')
      return depositSide({ ...(await way.open()), eventsPerStream: length, scale })
    },
  }
}

function many(way: Way, count: number): SideDefinition {
  return {
    ...way,
    name: named(way, streams(count)),
    work: streams(count),
    make: async (scale) => {
      const { manyStreamsSide } = await import('../sides/p3/many-streams-side.ts')
      return await manyStreamsSide(await way.open(), count, scale)
    },
  }
}

function rate(to: Way, length: number, atLeast?: number): Comparison {
  const target = atLeast === undefined ? {} : { atLeast }
  const what = `${named(to, events(length))}`
  return { what, side: named(micro, events(length)), to: what, measure: 'rate', ...target }
}

export const p3: Row = {
  id: 'P3',
  work: 'command cycle, memory store, one model, 64 in flight',
  rounds: 5,
  warmUps: 3,
  sides: [
    ...LENGTHS.flatMap((length) => [micro, maps, castore, emmett].map((way) => growing(way, length))),
    ...STREAMS.flatMap((count) => [micro, maps].map((way) => many(way, count))),
  ],
  comparisons: [
    rate(castore, 10, 2),
    rate(emmett, 10, 5),
    rate(castore, 100),
    rate(emmett, 100),
    rate(castore, 1_000, 6),
    rate(emmett, 1_000, 18),
    ...LENGTHS.map((length) => rate(maps, length)),
    {
      what: 'cost at 1000 events per stream to cost at 10',
      side: named(micro, events(1_000)),
      to: named(micro, events(10)),
      measure: 'cost',
      atMost: 1.1,
    },
    {
      what: 'cost at 100,000 streams to cost at 100',
      side: named(micro, streams(100_000)),
      to: named(micro, streams(100)),
      measure: 'cost',
      atMost: 1.8,
    },
    {
      what: 'the same of cached state in Maps',
      side: named(maps, streams(100_000)),
      to: named(maps, streams(100)),
      measure: 'cost',
    },
  ],
}
