import type { Micro, ServiceDescription } from '@micro/core'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Directory } from '../src/actions/directory.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] }))
afterEach(() => void vi.useRealTimers())

interface Described {
  readonly service?: string
  readonly version?: string
  readonly instance?: string
}

/** An instance with these views; each says in its description which version it is of. */
function described(actions: readonly string[], given: Described = {}): ServiceDescription {
  const { service = 'shop', version = '1.0.0', instance = 'i' } = given
  const of = { service, version, instance, kind: 'view', subject: 's', description: `${version} ${instance}` } as const
  return { service, version, instance, endpoints: actions.map((action) => ({ ...of, action })) }
}

/** A directory that has started, on services that a test says. */
async function open(...first: readonly ServiceDescription[]) {
  let answer: () => Promise<readonly ServiceDescription[]> = async () => first
  const services = vi.fn<Micro['services']>(() => answer())
  const failures: unknown[] = []
  const directory = new Directory({
    micro: { services },
    refreshMs: 2_000,
    onFailure: (error) => failures.push(error),
  })
  await directory.start()
  return {
    directory,
    services,
    failures,
    answer: (next: typeof answer) => void (answer = next),
    runs: (...found: readonly ServiceDescription[]) => void (answer = async () => found),
    pass: (ms: number) => vi.advanceTimersByTimeAsync(ms),
    names: () => directory.actions.map(({ action }) => action),
    told: () => directory.actions.map(({ description }) => description),
  }
}

it('looks once an interval, and once a second at most however many unknown names are asked for', async () => {
  const { directory, services, pass } = await open()
  const ask = () =>
    Promise.all(Array.from({ length: 100 }, (_, number) => directory.find(`unknown-${number}`, () => true)))
  // At once, though the interval has just begun.
  await ask()
  expect(services).toHaveBeenCalledTimes(2)
  await ask()
  vi.advanceTimersByTime(999)
  await ask()
  expect(services).toHaveBeenCalledTimes(2)
  vi.advanceTimersByTime(1)
  await ask()
  expect(services).toHaveBeenCalledTimes(3)
  await pass(1_000)
  expect(services).toHaveBeenCalledTimes(4)
  directory.stop()
  await pass(50_000)
  await ask()
  expect(services).toHaveBeenCalledTimes(4)
})

it('does not look for what it knows, whatever is asked and however often', async () => {
  const { directory, services } = await open(described(['orders']))
  for (let time = 0; time < 100; time++) expect(await directory.find('orders', () => true)).toHaveLength(1)
  expect(services).toHaveBeenCalledTimes(1)
})

it('looks again for a name that was asked for while somebody was looking already', async () => {
  const { directory, answer, runs, services } = await open()
  let end = (_found: readonly ServiceDescription[]): void => undefined
  answer(() => new Promise((resolve) => (end = resolve)))
  const underWay = directory.refresh()
  const found = directory.find('orders', () => true)
  runs(described(['orders']))
  end([])
  await underWay
  expect(await found).toHaveLength(1)
  expect(services).toHaveBeenCalledTimes(3)
})

it('keeps what it knew while services cannot be asked, and what is the same stays the same', async () => {
  const { directory, answer, runs, pass, failures, names } = await open(
    described(['orders', 'stock', 'Not For Us', 'a/b']),
  )
  const before = directory.actions
  expect(names()).toEqual(['orders', 'stock'])
  answer(() => Promise.reject(new Error('gone')))
  await pass(600_000)
  expect(failures).toHaveLength(300)
  runs(described(['stock', 'orders']))
  await pass(2_000)
  expect(directory.actions).toBe(before)
  directory.stop()
})

it('documents a service until its instances have said nothing twice, and knows its routes for a minute', async () => {
  const { directory, runs, pass, names } = await open(described(['orders']))
  const away = () => directory.known('orders').map(({ isAway }) => isAway)
  runs()
  await pass(2_000)
  // It may have been busy.
  expect([names(), away()]).toEqual([['orders'], [false]])
  runs(described(['orders']))
  await pass(2_000)
  runs()
  await pass(4_000)
  expect([names(), away()]).toEqual([[], [true]])
  await pass(58_000)
  expect(away()).toEqual([true])
  await pass(4_000)
  expect(away()).toEqual([])
  directory.stop()
})

it('believes the newest of instances that contradict each other, in whatever order they answer', async () => {
  const old = described(['orders', 'returns'], { version: '1.9.0', instance: '7' })
  const rc = described(['orders', 'stock'], { version: '1.10.0-rc.1', instance: '9' })
  const released = described(['orders', 'stock'], { version: '1.10.0', instance: '1' })
  const later = described(['orders'], { version: '1.10.0', instance: '2' })
  const { directory, runs, pass, names, told } = await open(old, released, rc, later)
  const before = directory.actions
  expect(names()).toEqual(['orders', 'returns', 'stock'])
  expect(told()).toEqual(['1.10.0 2', '1.9.0 7', '1.10.0 1'])
  runs(later, rc, released, old)
  await pass(2_000)
  expect(directory.actions).toBe(before)
  // Back to the old one: what still answers is believed at once.
  runs(old)
  await pass(2_000)
  expect(told()).toEqual(['1.9.0 7', '1.9.0 7', '1.10.0 1'])
  await pass(2_000)
  expect(names()).toEqual(['orders', 'returns'])
  directory.stop()
})

it('is silent about services that cannot be asked any more once it has stopped', async () => {
  const { directory, answer, failures } = await open(described(['orders']))
  let fail = (_error: Error): void => undefined
  answer(() => new Promise((_resolve, reject) => (fail = reject)))
  const underWay = directory.refresh()
  directory.stop()
  fail(new Error('the service has been stopped'))
  await underWay
  expect(failures).toEqual([])
})
