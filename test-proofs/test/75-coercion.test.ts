import {
  createMicro,
  isMicroError,
  defineCommand,
  defineEvents,
  defineRule,
  memoryEventStore,
  type RecordedEvent,
} from '@micro/core'
import { startPortal } from '@micro/rest-portal'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentModule } from '../../test-e2e/test/support/silent-logger.ts'
import { readLog } from './support/read-log.ts'

const Kept = {
  type: 'object',
  properties: {
    string: { type: 'string' },
    number: { type: 'number' },
    integer: { type: 'integer' },
    boolean: { type: 'boolean' },
    null: { type: 'null' },
    array: { type: 'array', items: { type: 'string' } },
    object: { type: 'object', properties: {} },
    any: {},
  },
} as const
const TYPES = Object.keys(Kept.properties)

/** JSON texts, of which some are no JSON value that can be kept as it was sent. */
const TEXTS = `"5" "true" "null" "" "x" 5 0 1 -1 1.5 1e3 1.0 true false null ["x"] [] [5] {} [null]
  1e400 -1e400 9007199254740993 -9007199254740993 -0 -0.0 0.1234567890123456789 1e-400 5e-324 9007199254740992`.split(
  /\s+/,
)

const keep = defineCommand('keep', { service: 'keeper', payload: Kept })
const events = defineEvents({ kept: Kept })

describe('[75] what a caller sends is refused or kept as it is, never silently changed', () => {
  const store = memoryEventStore()
  const keeper = createMicro({
    name: 'keeper',
    store,
    modules: [silentModule],
    sheets: {
      rules: [defineRule(keep, { emits: events, stream: () => 'all', events: (data) => [{ type: 'kept', data }] })],
    },
  })
  let url = ''
  let close = async (): Promise<void> => undefined
  beforeAll(async () => {
    await keeper.start()
    const portal = await startPortal({ micro: keeper, port: 0, rateLimit: false })
    url = portal.url
    close = () => portal.close()
  })
  afterAll(async () => {
    await close()
    await keeper.stop()
  })

  const newest = async (): Promise<RecordedEvent | undefined> => (await readLog(store)).at(-1)

  describe.each(TYPES)('a property of type %s', (type) => {
    it.each(TEXTS)('over HTTP: %s', async (text) => {
      const before = await newest()
      const response = await fetch(`${url}/commands/keep`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: `{"${type}":${text}}`,
      })
      const after = await newest()
      // Refused, or a number that is the number that was sent, not the nearest one.
      const isKept = ![400, 422].includes(response.status)
      expect([response.status, isKept && !sameNumber(text)]).toEqual([isKept ? 204 : response.status, false])
      expect([after?.position, JSON.stringify(after?.data)]).toEqual(
        isKept
          ? [(before?.position ?? 0) + 1, JSON.stringify({ [type]: JSON.parse(text) })]
          : [before?.position, JSON.stringify(before?.data)],
      )
    })

    it.each([5n, Number.NaN, Infinity, -0, undefined, () => 5, Symbol('x'), new Date(0), new Map([[1, 2]]), Array(2)])(
      'in the same process: %s',
      async (value) => {
        const before = await newest()
        const refused = await keeper.act('keep', { [type]: value }).then(
          () => undefined,
          (error: unknown) => error,
        )
        const after = await newest()
        expect(refused === undefined || isMicroError(refused, 'MICRO_INVALID')).toBe(true)
        expect(after?.data).toStrictEqual(refused === undefined ? { [type]: value } : before?.data)
      },
    )
  })
})

/** Whether a JSON number says the same as its text: in digits, not in bits. */
function sameNumber(text: string): boolean {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'number') return true
  if (!Number.isFinite(value) || Object.is(value, -0)) return false
  const digits = (number: string): string => number.replace(/^-|\.|e.*$|^0+/g, '').replace(/^0+|0+$/g, '')
  return digits(String(value)) === digits(text)
}
