import { isMicroError, type JsonObject, type Query, type Row } from '@micro/core'
import { scaled } from '@micro/testkit'
import { taffy } from 'taffydb'
import { describe, expect, it } from 'vitest'
import { taffyProjectionStore } from '../src/index.ts'
import { type Models, openModels, type Pick, put, remove, withSeed } from './models.ts'

const USERS: readonly Row[] = [
  { id: 'ann', login: 'ann', pw: 'secret of ann' },
  { id: 'root', login: 'root', pw: 'secret of root' },
  { id: 'T000002R000002', login: 'T000002R000003', pw: 'an id of TaffyDB', ___id: 'T000002R000003', ___s: true },
]

/** Every id that TaffyDB can have given to the rows of a table that was made among the first hundred. */
const TAFFY_IDS = Array.from({ length: 100 }, (_, table) =>
  ['2', '3', '4', '5'].map((row) => `T${String(table).padStart(6, '0')}R${row.padStart(6, '0')}`),
).flat()

async function users(indexes: readonly string[]): Promise<Models> {
  const models = await openModels(taffyProjectionStore(), indexes)
  await models.apply(USERS.map((row) => put(structuredClone(row))))
  return models
}

/** What is found by a query that must find nothing: no row, or a refusal. */
async function leaked(models: Models, query: unknown): Promise<readonly Row[]> {
  try {
    return await models.find(query as Query)
  } catch (error) {
    if (isMicroError(error, 'MICRO_INVALID')) return []
    throw error
  }
}

it('[44] TaffyDB by itself lets anybody in by one of the ids that are tried here', () => {
  const database = taffy<{ login: string }>()
  database.insert([{ login: 'ann' }, { login: 'root' }])
  const ask: (query: object) => object = database
  const found = TAFFY_IDS.map((___id) => (ask({ login: 'nobody', ___id, ___s: true }) as { first(): unknown }).first())
  expect(found).toContainEqual(expect.objectContaining({ login: 'root' }))
})

describe.each([{ indexes: [] }, { indexes: ['login', 'pw', '___id', '___s'] }])(
  'with indexes $indexes',
  ({ indexes }) => {
    it('[44] 1,000 random operations leave what a plain array holds', { timeout: 120_000 }, async () => {
      await withSeed(async (pick) => {
        const models = await openModels(taffyProjectionStore(), indexes)
        let model: Row[] = []
        for (let operation = 0; operation < scaled(1000, 100); operation++) {
          const id = pick(['ann', 'root', 'T000002R000002', '___id', '', '__proto__', 'constructor', '0'])
          model = model.filter((row) => row['id'] !== id)
          if (pick([true, true, false])) {
            const row = randomUser(id, pick)
            model.push(structuredClone(row))
            await models.apply([put(row)])
          } else await models.apply([remove(id)])
          const wanted = randomUser(id, pick)
          for (const property of ['id', 'login', 'pw', '___id', '___s'] as const) {
            const value = wanted[property] ?? null
            const expected = model.filter((row) => (row[property] ?? null) === value).sort(byKey)
            expect(await models.find({ [property]: value })).toEqual(expected)
            expect(await models.count({ [property]: value })).toBe(expected.length)
          }
          expect(await models.get(id)).toEqual(model.find((row) => row['id'] === id))
          expect(await models.find({})).toEqual(model.toSorted(byKey))
        }
      })
    })

    it('[44] the login bypass finds nothing, by any id that TaffyDB gives', async () => {
      const models = await users(indexes)
      for (const ___id of TAFFY_IDS) {
        expect(await leaked(models, { login: 'nobody', pw: 'x', ___id, ___s: true })).toEqual([])
        expect(await models.get(___id)).toEqual(USERS.find(({ id }) => id === ___id))
        expect(await models.find({ id: ___id })).toEqual(USERS.filter(({ id }) => id === ___id))
        expect(await models.find({ login: ___id })).toEqual(USERS.filter(({ login }) => login === ___id))
        expect(await leaked(models, ___id)).toEqual([])
        expect(await leaked(models, [___id])).toEqual([])
      }
    })

    it.each<[string, unknown]>([
      ['another value', { pw: { '!is': 'zzz' } }],
      ['an empty pattern', { login: { like: '' } }],
      ['no case', { login: { likenocase: 'ROOT' } }],
      ['all but one', { login: 'root', pw: { '!=': 'x' } }],
      ['a type', { pw: { isString: true } }],
      ['a range', { pw: { gte: '' } }],
      ['a pattern', { pw: { regex: '.*' } }],
      ['an expression', { pw: /./ }],
      ['a property', { login: { hasAll: [] } }],
      ['a list', { login: ['ann', 'root'] }],
      ['a function', () => true],
      ['a function for a value', { pw: () => true }],
      ['undefined', { login: undefined }],
      ['a list of filters', [{ login: 'root' }]],
      ['a record that was given out', { ___id: USERS[2]?.['___id'], ___s: false }],
      ['an unknown operator', { pw: { $where: 'true' } }],
      ['null', null],
    ])('[44] an object of operators has no effect: %s', async (_, query) => {
      expect(await leaked(await users(indexes), query)).toEqual([])
    })

    it('[44] changes of rows given out, and of objects that were put in, change nothing', async () => {
      const models = await openModels(taffyProjectionStore(), indexes)
      const mine: { id: string; login: string; pw: string; tags: string[]; more: JsonObject } = {
        id: 'ann',
        login: 'ann',
        pw: 'a',
        tags: ['x'],
        more: { n: 1 },
      }
      const stored = structuredClone(mine)
      const isTouched = (): boolean => Reflect.ownKeys(mine).join() !== 'id,login,pw,tags,more' || Object.isFrozen(mine)
      await models.apply([put(mine)])
      expect(isTouched()).toBe(false)
      mine.login = 'eve'
      mine.tags.push('y')
      Object.assign(mine, { ___s: false })
      for (const query of [{}, { id: 'ann' }, { login: 'ann' }, { pw: 'a' }]) {
        const [given] = (await models.find(query)) as [typeof mine]
        expect(given).toEqual(stored)
        for (const change of [
          () => (given.login = 'eve'),
          () => given.tags.push('z'),
          () => ((given.more as Record<string, unknown>)['n'] = 2),
          () => delete (given as Partial<typeof mine>).pw,
          () => Object.assign(given, { ___s: false }),
        ])
          expect(change).toThrow(TypeError)
        expect(Reflect.ownKeys(given)).not.toContain('___id')
      }
      expect(await models.find({})).toEqual([stored])
      expect(await models.find({ login: 'eve' })).toEqual([])
    })
  },
)

function randomUser(id: string, pick: Pick): Row {
  return {
    id,
    login: pick(['ann', 'root', 'T000002R000002', '', 'isString']),
    pw: pick(['a', 'b', null, 7]),
    ...pick([{}, { ___id: pick(['T000002R000002', 'T000003R000002', 5]), ___s: pick([true, false]) }]),
  } as Row
}

function byKey(a: Row, b: Row): number {
  return (a['id'] as string) < (b['id'] as string) ? -1 : 1
}
