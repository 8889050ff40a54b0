import { MicroError } from '@micro/core'
import { expect, it, vi } from 'vitest'
import { FakeService } from '../test/fake-service.ts'

const failure = new MicroError('MICRO_STORE_CORRUPT', 'The store is broken.', { fatal: true }) as never

it('ends the process with code 1 once a failed service has drained', async () => {
  const service = new FakeService()
  await service.start()
  expect(service.process.exits).toEqual([])
  for (const listener of service.fatalListeners) await listener(failure)
  expect(service.process.exits).toEqual([1])
})

it('waits for lines on their way before it ends the process', async () => {
  const service = new FakeService()
  const waiting: (() => void)[] = []
  const destination = {
    writableLength: 1,
    write: (_text: string, done?: () => void) => done !== undefined && waiting.push(done),
    on: () => undefined,
    off: () => undefined,
  }
  await service.start({ destination })
  const left = service.fatalListeners.map(async (listener) => listener(failure))
  await new Promise(setImmediate)
  expect(service.process.exits).toEqual([])
  for (const done of waiting) done()
  await Promise.all(left)
  expect(service.process.exits).toEqual([1])
  expect(service.runtime.timers.size).toBe(0)
})

it('does not wait for a destination that takes nothing', async () => {
  const service = new FakeService()
  const destination = { writableLength: 1, write: () => false, on: () => undefined, off: () => undefined }
  await service.start({ destination })
  const left = service.fatalListeners.map(async (listener) => listener(failure))
  service.runtime.fireTimers()
  await Promise.all(left)
  expect(service.process.exits).toEqual([1])
})

it('leaves the process alone with exitOnFatal: false', async () => {
  const service = new FakeService()
  await service.start({ exitOnFatal: false })
  service.process.throwUncaught(new Error('uncaught'))
  for (const listener of service.fatalListeners) await listener(failure)
  expect(service.failures).toHaveLength(1)
  expect(service.runtime.timers.size).toBe(0)
  expect(service.process.exits).toEqual([])
})

it('fails the service on an uncaught error, once; others are logged while it drains', async () => {
  const service = new FakeService()
  await service.start()
  const [first, second] = [new Error('first'), new Error('second')]
  service.process.throwUncaught(first)
  service.process.throwUncaught(second)
  expect(service.failures).toEqual([first])
  expect(service.lines).toMatchObject([{ level: 'error', err: { message: 'second' } }])
  for (const listener of service.fatalListeners) await listener(failure)
  expect(service.process.exits).toEqual([1])
  expect(service.runtime.timers.size).toBe(0)
})

it('ends the process when the service does not drain in time, also in its stop', async () => {
  const service = new FakeService()
  const { stop } = await service.start()
  service.process.throwUncaught(new Error('uncaught'))
  await stop()
  expect(service.process.exits).toEqual([])
  service.runtime.fireTimers()
  await vi.waitFor(() => expect(service.process.exits).toEqual([1]))
  expect(service.lastLine).toMatchObject({ level: 'fatal', msg: 'The failed service did not drain in time' })
})

it('logs and ends by itself when the service cannot be failed', async () => {
  const service = new FakeService(() => {
    throw new Error('not started')
  })
  await service.start()
  service.process.throwUncaught(new Error('uncaught'))
  await vi.waitFor(() => expect(service.process.exits).toEqual([1]))
  expect(service.lines).toMatchObject([
    { level: 'fatal', msg: 'Uncaught error', err: { message: 'uncaught' }, failure: { message: 'not started' } },
  ])
})

it('leaves uncaught errors to Node with catchUncaught: false', async () => {
  const service = new FakeService()
  await service.start({ catchUncaught: false })
  expect(service.process.listeners.size).toBe(0)
  expect(service.fatalListeners).toHaveLength(1)
})

it('takes its listeners back when it stops, twice too', async () => {
  const service = new FakeService()
  const { stop } = await service.start()
  expect(service.process.listeners.size).toBe(1)
  await stop()
  await stop()
  expect(service.process.listeners.size).toBe(0)
})
