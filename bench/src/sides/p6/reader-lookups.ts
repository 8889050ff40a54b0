import {
  createMicro,
  defineEvents,
  defineModel,
  defineReducer,
  defineView,
  defineViewContract,
  EVENT_FORMAT,
  type EventStoreProvider,
  memoryEventStore,
  systemRuntime,
} from '@micro/core'
import { benchHost } from '../../measure/bench-host.ts'
import { type Lookups, sumOf } from './lookup-side.ts'
import { idAt, ownerAt, personAt } from './people.ts'
import { PROVIDERS } from './port-lookups.ts'

const PersonSchema = {
  type: 'object',
  properties: { id: { type: 'string' }, owner: { type: 'string' }, balance: { type: 'integer' } },
  required: ['id', 'owner', 'balance'],
  additionalProperties: false,
} as const

const people = defineModel('person', { key: 'id', schema: PersonSchema, indexes: ['owner'] })
const events = defineEvents({ 'person added': PersonSchema })
const reducer = defineReducer({
  models: { people },
  events,
  on: { 'person added': ({ data }, models) => models.people.put(data) },
})
const sumUp = defineViewContract('sum up', {
  service: 'bench',
  payload: { type: 'object', properties: {}, additionalProperties: false } as const,
  response: { type: 'number' } as const,
})

/** Lookups in a view, by what its `models` gives: one call of the view does all lookups of a round. */
export async function readerLookups(
  store: keyof typeof PROVIDERS,
  by: 'key' | 'index',
  rows: number,
): Promise<Lookups> {
  const log = memoryEventStore()
  await addPeople(log, rows)
  let asked: readonly number[] = []
  const view = defineView(sumUp, {
    models: { people },
    query: (_payload, { models }) =>
      by === 'key'
        ? sumOf(asked, (at) => models.people.get(idAt(at)))
        : sumOf(asked, async (at) => (await models.people.find({ owner: ownerAt(at) }))[0]),
  })
  const micro = createMicro({
    name: 'bench',
    store: log,
    projections: PROVIDERS[store](),
    sheets: { contracts: [sumUp], events: [events], models: [people], reducers: [reducer], views: [view] },
  })
  await micro.start()
  return {
    find: async (places) => {
      asked = places
      return await micro.act(sumUp, {}, { timeoutMs: 60_000 })
    },
    close: () => micro.stop(),
  }
}

const APPEND = 1_000

async function addPeople(log: EventStoreProvider, rows: number): Promise<void> {
  const runtime = systemRuntime()
  const store = await log.open(benchHost())
  const time = new Date().toISOString()
  for (let at = 0; at < rows; at += APPEND) {
    const added = Array.from({ length: Math.min(APPEND, rows - at) }, (_, each) => {
      const id = runtime.newId()
      const metadata = { format: EVENT_FORMAT, commandId: id, service: 'bench', index: 0, count: 1 }
      return { id, type: 'person added', data: Object.freeze(personAt(at + each)), time, metadata }
    })
    await store.append([{ stream: 'bench/people', expected: 'any', events: added }])
  }
  await store.close()
}
