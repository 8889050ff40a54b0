import { createMicro, defineCommand, defineEvents, defineRule, memoryEventStore } from '@micro/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentModule } from '../../test-e2e/test/support/silent-logger.ts'
import { readLog } from './support/read-log.ts'

const AnyValue = { type: 'object', properties: { value: {}, list: {} } } as const

/** By their names: each is written into the middle of what is given, and at its top. */
const REFUSED: Readonly<Record<string, unknown>> = {
  bigint: 5n,
  Date: new Date(0),
  undefined: undefined,
  NaN: Number.NaN,
}

const send = defineCommand('send', { service: 'keeper', payload: AnyValue })
const make = defineCommand('make', {
  service: 'keeper',
  payload: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
})
const events = defineEvents({ kept: AnyValue })

describe('[10] a value that JSON would change is refused', () => {
  const store = memoryEventStore()
  const keeper = createMicro({
    name: 'keeper',
    store,
    modules: [silentModule],
    sheets: {
      rules: [
        defineRule(send, { emits: events, stream: () => 'sent', events: (data) => [{ type: 'kept', data }] }),
        defineRule(make, {
          emits: events,
          stream: () => 'made',
          // The first event is sound: it may not be written without the second.
          events: ({ name }) => [
            { type: 'kept', data: { value: 'sound' } },
            { type: 'kept', data: { list: [1, { value: REFUSED[name] }] } },
          ],
        }),
      ],
    },
  })
  beforeAll(() => keeper.start())
  afterAll(() => keeper.stop())

  describe.each(Object.keys(REFUSED))('%s', (name) => {
    it('in a payload, at its top and inside', async () => {
      for (const payload of [{ value: REFUSED[name] }, { list: [1, { value: REFUSED[name] }] }])
        await expect(keeper.act('send', payload)).rejects.toMatchObject({ code: 'MICRO_INVALID' })
      expect(await readLog(store)).toEqual([])
    })

    it('in the data of an event that a rule gives', async () => {
      // No fault of who called.
      await expect(keeper.act('make', { name })).rejects.toMatchObject({ code: 'MICRO_INTERNAL', outcome: 'none' })
      expect(await readLog(store)).toEqual([])
    })
  })

  it('and the same is written with a value that JSON keeps', async () => {
    await keeper.act('send', { list: [1, { value: 0 }] })
    expect((await readLog(store)).map(({ data }) => data)).toEqual([{ list: [1, { value: 0 }] }])
  })
})
