import { describe, expect, it } from 'vitest'
import type { ActionKind, ServiceDescription, Transport } from '../ports/transport.ts'
import { systemRuntime } from '../runtime/system-runtime.ts'
import { Directory } from './directory.ts'

function describeService(service: string, action: string, kind: ActionKind = 'command'): ServiceDescription {
  const instance = 'one'
  const version = '1.0.0'
  const endpoint = { service, version, instance, action, kind, subject: `micro.${service}.${action}` }
  return { service, version, instance, endpoints: [endpoint] }
}

/** A network whose services can change; the clock is turned by hand. */
function network(...services: ServiceDescription[]) {
  const state = { services, asked: 0, now: 0, opened: Promise.resolve() }
  const discover = async function* (): AsyncGenerator<ServiceDescription> {
    state.asked++
    await state.opened
    yield* state.services
  }
  const runtime = { ...systemRuntime(), monotonic: () => state.now }
  return { state, directory: new Directory({ discover } as Partial<Transport> as Transport, runtime) }
}

describe('a directory', () => {
  it('asks once for all that look at the same time', async () => {
    const { state, directory } = network(describeService('bank', 'deposit'))
    const found = await Promise.all(Array.from({ length: 10 }, () => directory.find('deposit')))
    expect(found).toEqual(Array.from({ length: 10 }, () => ({ service: 'bank', kind: 'command' })))
    expect(state.asked).toBe(1)
  })

  it('answers at once with what it knew a while ago, and asks again meanwhile', async () => {
    const { state, directory } = network(describeService('bank', 'deposit'))
    await directory.find('deposit')
    state.now += 60_000
    state.services = [describeService('vault', 'deposit')]
    state.opened = new Promise(() => undefined)
    await expect(directory.find('deposit')).resolves.toMatchObject({ service: 'bank' })
    expect(state.asked).toBe(2)
  })

  it('has the news when they have come', async () => {
    const { state, directory } = network(describeService('bank', 'deposit'))
    await directory.find('deposit')
    state.now += 60_000
    state.services = [describeService('vault', 'deposit')]
    await directory.find('deposit')
    await directory.discover()
    await expect(directory.find('deposit')).resolves.toMatchObject({ service: 'vault' })
  })

  it('looks again at once for what it does not know', async () => {
    const { state, directory } = network()
    await expect(directory.find('deposit')).rejects.toMatchObject({ code: 'MICRO_NOT_FOUND', outcome: 'none' })
    state.services = [describeService('bank', 'deposit')]
    await expect(directory.find('deposit')).resolves.toMatchObject({ service: 'bank' })
  })

  it('names the services among which it cannot choose', async () => {
    const { directory } = network(describeService('bank', 'deposit'), describeService('vault', 'deposit'))
    await expect(directory.find('deposit')).rejects.toMatchObject({
      code: 'MICRO_INVALID',
      message: expect.stringContaining('bank, vault') as string,
    })
  })

  it('goes on after a discovery that failed', async () => {
    const { state, directory } = network(describeService('bank', 'deposit'))
    state.opened = Promise.reject(new Error('away'))
    await expect(directory.find('deposit')).rejects.toThrow('away')
    state.opened = Promise.resolve()
    await expect(directory.find('deposit')).resolves.toMatchObject({ service: 'bank' })
  })
})
