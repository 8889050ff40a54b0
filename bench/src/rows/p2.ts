import type { Comparison, Row, Side, SideDefinition } from '../measure/row.ts'
import type { Handler } from '../sides/p2/call-side.ts'

type Kind = 'synchronous' | 'asynchronous'

interface Way {
  readonly name: string
  readonly kind: SideDefinition['kind']
  readonly packages?: readonly string[]
  readonly open: (handler: Handler, scale: number) => Promise<Side>
}

const WAYS: readonly Way[] = [
  {
    name: 'micro',
    kind: 'micro',
    open: async (...args) => (await import('../sides/p2/micro-calls.ts')).microCalls(...args),
  },
  {
    name: 'plain call',
    kind: 'ceiling',
    open: async (...args) => (await import('../sides/p2/plain-calls.ts')).plainCalls(...args),
  },
  {
    name: 'Map + ajv + 3 middlewares',
    kind: 'ceiling',
    packages: ['ajv'],
    open: async (...args) => (await import('../sides/p2/checked-calls.ts')).checkedCalls(...args),
  },
  {
    name: 'moleculer',
    kind: 'peer',
    packages: ['moleculer'],
    open: async (...args) => (await import('../sides/p2/moleculer-calls.ts')).moleculerCalls(...args),
  },
  {
    name: 'emmett bus',
    kind: 'peer',
    packages: ['@event-driven-io/emmett'],
    open: async (...args) => (await import('../sides/p2/emmett-calls.ts')).emmettCalls(...args),
  },
]

const named = (name: string, kind: Kind): string => `${name}, ${kind} handler`

function side(way: Way, kind: Kind): SideDefinition {
  return {
    ...way,
    name: named(way.name, kind),
    work: kind,
    make: async (scale) => {
      const { HANDLERS } = await import('../sides/p2/call-side.ts')
      return await way.open(HANDLERS[kind], scale)
    },
  }
}

function rate(to: string, kind: Kind, atLeast?: number): Comparison {
  const what = named(to, kind)
  return { what, side: named('micro', kind), to: what, measure: 'rate', ...(atLeast === undefined ? {} : { atLeast }) }
}

export const p2: Row = {
  id: 'P2',
  work: 'act in one process, payload validated',
  rounds: 9,
  warmUps: 2,
  sides: (['synchronous', 'asynchronous'] as const).flatMap((kind) => WAYS.map((way) => side(way, kind))),
  comparisons: [
    rate('moleculer', 'synchronous', 1.5),
    rate('moleculer', 'asynchronous', 1.2),
    ...(['synchronous', 'asynchronous'] as const).flatMap((kind) =>
      ['emmett bus', 'Map + ajv + 3 middlewares', 'plain call'].map((name) => rate(name, kind)),
    ),
  ],
}
