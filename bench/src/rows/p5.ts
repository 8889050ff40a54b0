import type { Row, SideDefinition } from '../measure/row.ts'

const MAP = 'JSON.parse and a Map'

function micro(log: 'memory' | 'sqlite'): SideDefinition {
  return {
    name: `micro, log on ${log}`,
    kind: 'micro',
    work: 'replay',
    ...(log === 'sqlite' ? { packages: ['@photostructure/sqlite'] } : {}),
    make: async (scale) => (await import('../sides/p5/micro-replay-side.ts')).microReplaySide(log, scale),
  }
}

export const p5: Row = {
  id: 'P5',
  work: 'start on a log of 1,000,000 events, models of 100,000 rows in TaffyDB made anew',
  rounds: 5,
  warmUps: 1,
  sides: [
    micro('memory'),
    micro('sqlite'),
    {
      name: MAP,
      kind: 'ceiling',
      work: 'replay',
      make: async (scale) => (await import('../sides/p5/map-replay-side.ts')).mapReplaySide(scale),
    },
  ],
  comparisons: (['memory', 'sqlite'] as const).map((log) => ({
    what: `${MAP}, log on ${log}`,
    side: `micro, log on ${log}`,
    to: MAP,
    measure: 'rate',
    atLeast: 0.5,
  })),
}
