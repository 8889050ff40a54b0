import type { Row, SideDefinition } from '../measure/row.ts'

function program(name: string, kind: SideDefinition['kind'], file: string): SideDefinition {
  return { name, kind, make: async () => (await import('../sides/p9/program-side.ts')).programSide(file) }
}

export const p9: Row = {
  id: 'P9',
  work: 'createMicro and start, memory adapters, one model',
  rounds: 15,
  warmUps: 1,
  sides: [program('micro', 'micro', 'start-micro.mjs'), program('bare process', 'ceiling', 'start-nothing.mjs')],
  comparisons: [],
  limits: [
    { what: 'createMicro and start', side: 'micro', figure: 'startMs', atMost: 50, unit: 'ms' },
    {
      what: 'resident memory over a bare process',
      side: 'micro',
      over: 'bare process',
      figure: 'residentMb',
      atMost: 40,
      unit: 'MB',
    },
  ],
}
