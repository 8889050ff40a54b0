import type { Row, SideDefinition } from '../measure/row.ts'
import type { Served } from '../sides/p8/load-side.ts'

function serving(name: string, kind: SideDefinition['kind'], open: () => Promise<Served>): SideDefinition {
  return {
    name,
    kind,
    packages: ['autocannon', 'fastify'],
    make: async (scale) => {
      const { loadSide } = await import('../sides/p8/load-side.ts')
      return await loadSide(await open(), scale)
    },
  }
}

const PORTAL = 'portal, micro in its process'
const FASTIFY = 'bare fastify with the same schema'

export const p8: Row = {
  id: 'P8',
  work: 'POST of a command, memory store, 64 connections',
  rounds: 7,
  warmUps: 2,
  sides: [
    serving(PORTAL, 'micro', async () => (await import('../sides/p8/portal-server.ts')).portalServer()),
    serving(FASTIFY, 'ceiling', async () => (await import('../sides/p8/fastify-server.ts')).fastifyServer()),
  ],
  comparisons: [{ what: FASTIFY, side: PORTAL, to: FASTIFY, measure: 'rate', atLeast: 0.7 }],
}
