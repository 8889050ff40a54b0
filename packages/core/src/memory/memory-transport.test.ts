import { describe, expect, it } from 'vitest'
import { isMicroError } from '../errors/micro-error.ts'
import type { Host } from '../ports/provider.ts'
import type { EndpointDescription } from '../ports/transport.ts'
import { stderrLogger } from '../runtime/stderr-logger.ts'
import { systemRuntime } from '../runtime/system-runtime.ts'
import { MEMORY_TRANSPORT_DEFAULTS, memoryTransport } from './memory-transport.ts'

// What every transport promises is checked by the suite of @micro/testkit; here is what only this one does.

interface StoppedClock {
  readonly host: Host
  readonly timers: Set<{ readonly ms: number; readonly fire: () => void; readonly keepAlive: boolean }>
}

function stoppedClock(): StoppedClock {
  const timers: StoppedClock['timers'] = new Set()
  const setTimer: Host['runtime']['setTimer'] = (ms, fire, options) => {
    const timer = { ms, fire, keepAlive: options?.keepAlive === true }
    timers.add(timer)
    return { cancel: () => void timers.delete(timer) }
  }
  const runtime = { ...systemRuntime(), setTimer }
  return { timers, host: { runtime, logger: stderrLogger(), service: 'bank', instance: 'one' } }
}

const endpoint: EndpointDescription = {
  service: 'bank',
  version: '1',
  instance: 'one',
  action: 'wait',
  kind: 'action',
  subject: 'micro.bank.wait',
}

describe('memoryTransport', () => {
  it('says what it can, and refuses a senseless limit', () => {
    const { kind, capabilities } = memoryTransport()
    expect({ kind, capabilities }).toEqual({
      kind: 'memory',
      capabilities: { remote: false, maxBodyBytes: MEMORY_TRANSPORT_DEFAULTS.maxBodyBytes },
    })
    for (const maxBodyBytes of [0, -1, 0.5, Infinity])
      expect(() => memoryTransport({ maxBodyBytes })).toThrow(TypeError)
  })

  it('takes its time-outs from the runtime, and leaves no timer behind', async () => {
    const { host, timers } = stoppedClock()
    const transport = await memoryTransport().open(host)
    let answer: () => void = () => undefined
    await transport.serve(endpoint, () => new Promise((resolve) => (answer = () => resolve({ headers: {} }))))
    const request = transport.request(endpoint.subject, { headers: {} }, { timeoutMs: 250 })
    const [timer] = timers
    expect(timer).toMatchObject({ ms: 250, keepAlive: true })
    timer?.fire()
    await expect(request).rejects.toSatisfy((error) => isMicroError(error, 'MICRO_TIMEOUT'))
    expect(timers.size).toBe(0)
    answer()
  })

  it('shares requests in turn, and keeps the turn when one leaves', async () => {
    const { host } = stoppedClock()
    const transport = await memoryTransport().open(host)
    const stops = []
    for (const instance of ['a', 'b', 'c'])
      stops.push(await transport.serve({ ...endpoint, instance }, async () => ({ headers: {}, body: instance })))
    const ask = async (): Promise<unknown> =>
      (await transport.request(endpoint.subject, { headers: {} }, { timeoutMs: 1 })).body
    expect([await ask(), await ask(), await ask(), await ask()]).toEqual(['a', 'b', 'c', 'a'])
    await stops[0]?.()
    expect([await ask(), await ask(), await ask()]).toEqual(['b', 'c', 'b'])
  })

  it('logs a failing subscriber where it subscribed', async () => {
    const lines: unknown[] = []
    const logger = { ...stderrLogger(), error: (fields: unknown) => void lines.push(fields) }
    const provider = memoryTransport()
    const subscriber = await provider.open({ ...stoppedClock().host, logger })
    const publisher = await provider.open(stoppedClock().host)
    const error = new Error('as meant')
    const stop = await subscriber.subscribe('micro.hint', () => Promise.reject(error))
    await publisher.publish('micro.hint', { headers: {} })
    await stop()
    expect(lines).toEqual([{ subject: 'micro.hint', err: error }])
  })
})
