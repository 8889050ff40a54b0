import {
  createMicro,
  defineViewContract,
  defineView,
  memoryTransport,
  type Micro,
  type TransportProvider,
} from '@micro/core'
import { afterEach, expect, it, vi } from 'vitest'
import { Directory } from '../src/actions/directory.ts'
import { makeBank } from './support/bank.ts'
import { codeOf, openPortal, problemOf } from './support/portal.ts'

afterEach(() => void vi.useRealTimers())

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

it('looks for services once a second at most, however many unknown names are asked for', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] })
  const services = vi.fn<Micro['services']>(async () => [])
  const directory = new Directory({ micro: { services }, refreshMs: 5_000, onFailure: () => undefined })
  await directory.start()
  const ask = () =>
    Promise.all(Array.from({ length: 100 }, (_, number) => directory.find(`unknown-${number}`, () => true)))
  await ask()
  expect(services).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(1_001)
  await ask()
  expect(services).toHaveBeenCalledTimes(2)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(services).toHaveBeenCalledTimes(3)
  directory.stop()
  await vi.advanceTimersByTimeAsync(50_000)
  expect(services).toHaveBeenCalledTimes(3)
})

it('keeps what it knew while services cannot be asked, and forgets a service a minute after it was seen last', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] })
  const endpoint = { version: '1', instance: 'i', subject: 's', kind: 'view' } as const
  const described = (...actions: string[]) => [
    {
      service: 'shop',
      version: '1',
      instance: 'i',
      endpoints: actions.map((action) => ({ ...endpoint, service: 'shop', action })),
    },
  ]
  let answer: () => ReturnType<typeof described> = () => described('orders', 'stock', 'Not For Us', 'a/b')
  const failures: unknown[] = []
  const micro = { services: async () => answer() }
  const directory = new Directory({ micro, refreshMs: 5_000, onFailure: (error) => failures.push(error) })
  const names = () => directory.actions.map(({ action }) => action)
  await directory.start()
  expect(names()).toEqual(['orders', 'stock'])
  const before = directory.actions
  answer = () => {
    throw new Error('gone')
  }
  await vi.advanceTimersByTimeAsync(5_000)
  expect(failures).toHaveLength(1)
  expect(directory.actions).toBe(before)
  answer = () => described('stock')
  await vi.advanceTimersByTimeAsync(5_000)
  expect(names()).toEqual(['stock'])
  answer = () => []
  await vi.advanceTimersByTimeAsync(55_000)
  expect(names()).toEqual(['stock'])
  await vi.advanceTimersByTimeAsync(15_000)
  expect(names()).toEqual([])
  directory.stop()
})
