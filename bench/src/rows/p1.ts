import type { Comparison, Row, SideDefinition } from '../measure/row.ts'
import { missingNatsServer, startNatsServer } from '../sides/p1/nats-server.ts'
import type { WayName } from '../sides/p1/way.ts'

const IN_FLIGHT = [1, 16, 64, 256] as const
type InFlight = (typeof IN_FLIGHT)[number]

interface Kind {
  readonly name: string
  readonly kind: SideDefinition['kind']
  readonly packages: readonly string[]
}

const KINDS: Readonly<Record<WayName, Kind>> = {
  micro: { name: 'micro', kind: 'micro', packages: ['nats'] },
  mux: { name: 'bare nats client, one inbox', kind: 'ceiling', packages: ['nats'] },
  moleculer: { name: 'moleculer', kind: 'peer', packages: ['moleculer', 'nats'] },
  hemera: { name: 'hemera', kind: 'peer', packages: ['nats-hemera', 'nats-v1'] },
}

const WAY_NAMES = Object.keys(KINDS) as readonly WayName[]

const named = (way: WayName, inFlight: InFlight): string => `${KINDS[way].name}, ${inFlight} in flight`

function side(way: WayName, inFlight: InFlight): SideDefinition {
  return {
    ...KINDS[way],
    name: named(way, inFlight),
    work: `${inFlight} in flight`,
    make: async (scale, server) => {
      const { callSide } = await import('../sides/p1/call-side.ts')
      return await callSide({ way, inFlight, scale, server })
    },
  }
}

function rate(to: WayName, inFlight: InFlight, atLeast?: number): Comparison {
  const what = named(to, inFlight)
  const target = atLeast === undefined ? {} : { atLeast }
  return { what, side: named('micro', inFlight), to: what, measure: 'rate', ...target }
}

function cpu(inFlight: InFlight): Comparison {
  const to = named('mux', inFlight)
  return {
    what: `processor time of both processes, ${to}`,
    side: named('micro', inFlight),
    to,
    measure: 'cpuMicrosOfBoth',
  }
}

export const p1: Row = {
  id: 'P1',
  work: 'act over NATS, two processes, 100 B request and reply',
  rounds: 7,
  warmUps: 2,
  missing: missingNatsServer,
  startServer: startNatsServer,
  sides: IN_FLIGHT.flatMap((inFlight) => WAY_NAMES.map((way) => side(way, inFlight))),
  comparisons: [
    {
      what: `median time of a call, ${named('mux', 1)}`,
      side: named('micro', 1),
      to: named('mux', 1),
      measure: 'p50Micros',
      atMost: 1.1,
    },
    rate('mux', 64, 0.85),
    rate('mux', 256, 0.9),
    ...([64, 256] as const).flatMap((inFlight) =>
      (['moleculer', 'hemera'] as const).map((peer) => rate(peer, inFlight, 1.4)),
    ),
    ...([1, 16] as const).flatMap((inFlight) =>
      (['mux', 'moleculer', 'hemera'] as const).map((to) => rate(to, inFlight)),
    ),
    cpu(64),
    cpu(256),
  ],
}
