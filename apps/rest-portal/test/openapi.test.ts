import {
  createMicro,
  defineCommand,
  defineRule,
  defineView,
  defineViewContract,
  ERROR_CODES,
  type JsonObject,
  type Micro,
} from '@micro/core'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, it } from 'vitest'
import { openPortal, type TestPortal } from './support/portal.ts'

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly parameters: readonly JsonObject[]
  readonly requestBody?: JsonObject
  readonly responses: Readonly<Record<string, JsonObject>>
}

interface Document {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string }
  readonly paths: Readonly<Record<string, { readonly get?: Operation; readonly post?: Operation }>>
  readonly components: { readonly schemas: Readonly<Record<string, JsonObject>> }
}

async function documentOf(bank: TestPortal): Promise<Document> {
  return (await bank.get('/openapi.json')).body as Document
}

it('describes each command and view with its schemas, headers and problems', async () => {
  await using bank = await openPortal()
  const { openapi, info, paths, components } = await documentOf(bank)
  expect([openapi, info]).toEqual(['3.1.0', { title: 'bank', version: '1.2.3' }])
  expect(Object.keys(paths)).toEqual([
    '/commands/deposit-money',
    '/commands/open-account',
    '/commands/withdraw-money',
    '/views/account',
    '/views/accounts-by-owner',
  ])
  const open = paths['/commands/open-account']?.post as Operation
  expect(open).toMatchObject({
    operationId: 'bank.open-account.command',
    summary: 'open account',
    description: 'Opens an empty account.',
    tags: ['bank'],
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/bank.open-account.payload' } } },
    },
    'x-micro': { service: 'bank', action: 'open account', kind: 'command' },
  })
  expect(open.parameters).toEqual([
    { $ref: '#/components/parameters/IdempotencyKey' },
    { $ref: '#/components/parameters/Position' },
  ])
  expect(Object.keys(open.responses)).toEqual(
    '200 204 400 401 403 404 405 409 411 413 415 421 422 429 500 501 502 503 504 507'.split(' '),
  )
  expect(components.schemas['bank.open-account.payload']).toMatchObject({
    required: ['account', 'owner'],
    additionalProperties: false,
  })
  expect(components.schemas['Problem']).toMatchObject({ properties: { code: { enum: Object.keys(ERROR_CODES) } } })
  const { get, post } = paths['/views/account'] ?? {}
  expect(get?.parameters[0]).toEqual({
    name: 'account',
    in: 'query',
    required: true,
    description: 'Id of an account',
    schema: { type: 'string', minLength: 1, maxLength: 64, description: 'Id of an account' },
  })
  expect(Object.keys(get?.responses ?? {})).not.toContain('204')
  expect(post?.requestBody).toBeDefined()
})

it('is a document in which every reference leads somewhere and every schema is one', async () => {
  await using micro = makeOdd()
  await using bank = await openPortal({}, micro)
  const document = await documentOf(bank)
  const refs: string[] = []
  JSON.stringify(document, (key, value: unknown) => {
    if (key === '$ref' && typeof value === 'string') refs.push(value)
    return value
  })
  expect(refs.length).toBeGreaterThan(20)
  const missing = refs.filter((ref) => at(document, ref) === undefined)
  // It stands in a default, which is data.
  expect(missing).toEqual(['#/not/a/reference'])
  const ids = Object.values(document.paths).flatMap(({ get, post }) =>
    [get, post].flatMap((each) => each?.operationId ?? []),
  )
  expect(new Set(ids).size).toBe(ids.length)
  for (const name of Object.keys(document.components.schemas)) {
    expect(name).toMatch(/^[A-Za-z0-9._-]+$/)
    const ajv = new Ajv2020({ strict: false, formats: { uri: true } }).addSchema(document, 'document:')
    expect(() => ajv.compile({ $ref: `document:#/components/schemas/${name}` })).not.toThrow()
  }
})

it('moves the references inside a schema to its place in the document, and nothing that only looks like one', async () => {
  await using bank = await openPortal({}, makeOdd())
  const { components } = await documentOf(bank)
  expect(components.schemas['odd.plant-tree.payload']).toMatchObject({
    properties: {
      root: { $ref: '#/components/schemas/odd.plant-tree.payload/$defs/node' },
      $ref: { type: 'string', const: '#/x' },
      example: { default: { $ref: '#/not/a/reference' } },
    },
    $defs: {
      node: { properties: { children: { items: { $ref: '#/components/schemas/odd.plant-tree.payload/$defs/node' } } } },
    },
  })
})

it('leaves out the query of a view that needs an object, and optional objects of others', async () => {
  await using bank = await openPortal({}, makeOdd())
  const { paths } = await documentOf(bank)
  expect(paths['/views/near']?.get).toBeUndefined()
  expect(paths['/views/near']?.post).toBeDefined()
  expect(paths['/views/listed']?.get?.parameters.map(({ name }) => name)).toEqual(['ids', undefined])
  expect((await bank.post('/views/near', { point: { x: 1 } })).body).toEqual({ x: 1 })
  expect((await bank.get('/views/listed?ids=1&ids=2')).body).toEqual([1, 2])
})

/** A service with the schemas that are hardest to describe. */
function makeOdd(): Micro {
  const plant = defineCommand('plant tree', {
    service: 'odd',
    payload: {
      type: 'object',
      properties: {
        root: { $ref: '#/$defs/node' },
        $ref: { type: 'string', const: '#/x' },
        example: { type: 'object', properties: {}, default: { $ref: '#/not/a/reference' } },
      },
      $defs: {
        node: {
          type: 'object',
          properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/node' } } },
        },
      },
    },
  })
  const Point = { type: 'object', properties: { x: { type: 'number' } } } as const
  const near = defineViewContract('near', {
    service: 'odd',
    payload: { type: 'object', properties: { point: Point }, required: ['point'] },
  })
  const listed = defineViewContract('listed', {
    service: 'odd',
    payload: { type: 'object', properties: { ids: { type: 'array', items: { type: 'integer' } }, point: Point } },
  })
  const views = [defineView(near, { query: ({ point }) => point }), defineView(listed, { query: ({ ids }) => ids })]
  return createMicro({ name: 'odd', sheets: { rules: [defineRule(plant, {})], views } })
}

function at(document: unknown, pointer: string): unknown {
  const names = decodeURIComponent(pointer.replace(/^#\/?/, ''))
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
  return names.reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], document)
}
