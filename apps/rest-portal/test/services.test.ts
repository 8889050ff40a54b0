import {
  createMicro,
  defineViewContract,
  defineView,
  memoryTransport,
  type Micro,
  type TransportProvider,
} from '@micro/core'
import { expect, it } from 'vitest'
import { makeBank } from './support/bank.ts'
import { codeOf, openPortal, problemOf } from './support/portal.ts'

/** A service with a view `account` that says whose it is. */
function makeShop(transport: TransportProvider, name = 'corner shop'): Micro {
  const contract = defineViewContract('account', { service: name, payload: { type: 'object', properties: {} } })
  const orders = defineViewContract('orders', { service: name, payload: { type: 'object', properties: {} } })
  const views = [defineView(contract, { query: () => ({ shop: name }) }), defineView(orders, { query: () => [] })]
  return createMicro({ name, transport, sheets: { views } })
}

it('offers what all services have, by a short address where it is unique', async () => {
  const transport = memoryTransport()
  await using shop = makeShop(transport)
  await shop.start()
  await using bank = await openPortal({}, makeBank({ transport }))
  expect((await bank.get('/views/orders')).body).toEqual([])
  expect((await bank.post('/commands/open-account', { account: 'a', owner: 'Ann' })).status).toBe(204)
  const ambiguous = await bank.get('/views/account?account=a')
  expect(codeOf(ambiguous)).toEqual([409, 'MICRO_INVALID'])
  expect(problemOf(ambiguous).detail).toBe(
    'Several services have this view. Say which one: /services/bank/views/account or /services/corner-shop/views/account',
  )
  expect((await bank.get('/services/bank/views/account?account=a')).body).toMatchObject({ owner: 'Ann' })
  expect((await bank.get('/services/corner-shop/views/account')).body).toEqual({ shop: 'corner shop' })
  expect((await bank.post('/services/corner-shop/views/orders', {})).body).toEqual([])
  expect(codeOf(await bank.post('/services/corner-shop/commands/open-account', {}))).toEqual([404, 'MICRO_NOT_FOUND'])
  const { paths } = (await bank.get('/openapi.json')).body as { paths: object }
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining(['/services/bank/views/account', '/services/corner-shop/views/account', '/views/orders']),
  )
  expect(Object.keys(paths)).not.toContain('/views/account')
})

it('finds a service that starts later when it is asked for, and answers 503 while it is away', async () => {
  const transport = memoryTransport()
  await using bank = await openPortal({ refreshMs: 600_000 }, makeBank({ transport }))
  const shop = makeShop(transport)
  await shop.start()
  await expect.poll(async () => (await bank.get('/views/orders')).status, { timeout: 5_000 }).toBe(200)
  await shop.stop()
  expect(codeOf(await bank.get('/views/orders'))).toEqual([503, 'MICRO_UNAVAILABLE'])
})

it('serves and documents a service as long as it runs; one that has gone answers 503 and is in the document no more', async () => {
  const transport = memoryTransport()
  await using bank = await openPortal({ refreshMs: 50 }, makeBank({ transport }))
  const documented = async () => Object.keys(((await bank.get('/openapi.json')).body as { paths: object }).paths)
  expect(await documented()).not.toContain('/views/orders')
  const shop = makeShop(transport)
  await shop.start()
  await expect.poll(documented, { timeout: 5_000 }).toContain('/views/orders')
  await shop.stop()
  await expect.poll(documented, { timeout: 5_000 }).not.toContain('/views/orders')
  expect(codeOf(await bank.get('/views/orders'))).toEqual([503, 'MICRO_UNAVAILABLE'])
  // Somebody else has it now: the short address is theirs.
  await using market = makeShop(transport, 'market')
  await market.start()
  await expect.poll(documented, { timeout: 5_000 }).toContain('/views/orders')
  expect((await bank.get('/views/orders')).status).toBe(200)
  expect(codeOf(await bank.get('/services/corner-shop/views/orders'))).toEqual([503, 'MICRO_UNAVAILABLE'])
  expect((await bank.get('/services/market/views/orders')).status).toBe(200)
})

it('reads queries as the schema says that is discovered, also after it has changed', async () => {
  const transport = memoryTransport()
  await using bank = await openPortal({ refreshMs: 50 }, makeBank({ transport }))
  const version = async (type: 'integer' | 'string', number: string): Promise<Micro> => {
    const payload = { type: 'object', properties: { size: { type } }, required: ['size'] } as const
    const contract = defineViewContract('echo', { service: 'echo', payload })
    const echo = defineView(contract, { query: ({ size }) => ({ size }) })
    const micro = createMicro({ name: 'echo', version: number, transport, sheets: { views: [echo] } })
    await micro.start()
    return micro
  }
  const echoed = async () => (await bank.get('/views/echo?size=7')).body
  const old = await version('integer', '1.9.0')
  expect(await echoed()).toEqual({ size: 7 })
  await old.stop()
  await using _new = await version('string', '1.10.0')
  await expect.poll(echoed, { timeout: 5_000 }).toEqual({ size: '7' })
})
