// A server, or a member of a queue group, that hangs (reliability.md 1.2: 1, 3, 5, 10).
import { setTimeout as pause } from 'node:timers/promises'
import { createMicro, defineAction, isMicroError } from '@micro/core'
import { captureLog, scaled } from '@micro/testkit'
import { describe, expect, it } from 'vitest'
import { until } from '../../../test-e2e/test/support/until.ts'
import { natsTransport } from '../src/index.ts'
import { startEchoProcess } from './support/echo-process.ts'
import { ask, ended, openTransport, serveBody, shown, testHost } from './support/handles.ts'
import { isServerAbsent, natsServers, startServer } from './support/servers.ts'

const note = defineAction('note', {
  service: 'bank',
  payload: { type: 'object', properties: { number: { type: 'integer' } }, required: ['number'] } as const,
})

interface Call {
  readonly number: number
  readonly sentAt: number
  readonly ms: number
  readonly end: string
}

describe.skipIf(isServerAbsent).each(natsServers)('nats-server $version', ({ path }) => {
  it('[45] a server that stands still for 10 s under 100 requests a second: noticed, refused fast, back, no ghosts', async () => {
    const server = await startServer({ binary: path })
    const executed: number[] = []
    const transport = natsTransport({ servers: server.url })
    const modules = [captureLog().module]
    await using bank = createMicro({ name: 'bank', transport, modules }).add(
      note,
      ({ number }) => void executed.push(number),
    )
    await using desk = createMicro({ name: 'desk', transport, modules })
    await Promise.all([bank.start(), desk.start()])
    const epoch = performance.now()
    const calls: Call[] = []
    const call = async (number: number): Promise<void> => {
      const sentAt = performance.now() - epoch
      const end = await desk.act(note, { number }, { timeoutMs: 1000 }).then(
        () => 'answered',
        (error: unknown) => (isMicroError(error) ? `${error.code} ${error.outcome}` : String(error)),
      )
      calls.push({ number, sentAt, ms: performance.now() - epoch - sentAt, end })
    }
    const under: Promise<void>[] = []
    let isLoaded = true
    const load = (async () => {
      for (let number = 0; isLoaded; number++) {
        under.push(call(number))
        await pause(10)
      }
    })()
    await until('calls are answered', () => calls.length > 20)
    const stoppedAt = performance.now() - epoch
    server.pause()
    await pause(10_000)
    server.resume()
    const resumedAt = performance.now() - epoch
    await until('calls are answered again', () =>
      calls.some(({ sentAt, end }) => sentAt > resumedAt && end === 'answered'),
    )
    const first = calls.find(({ sentAt, end }) => sentAt > resumedAt && end === 'answered') as Call
    expect(first.sentAt - resumedAt, 'recovers').toBeLessThan(2000)
    await pause(1500)
    isLoaded = false
    await load
    await Promise.all(under)

    const whileStill = calls.filter(({ sentAt }) => sentAt > stoppedAt + 5000 && sentAt < resumedAt - 1000)
    expect(whileStill.length).toBeGreaterThan(100)
    // Tries again within its time, as nothing was done: so it ends by it, and not in its unknown.
    expect(new Set(whileStill.map(({ end }) => end)), 'nobody is left in doubt after 5 s').toEqual(
      new Set(['MICRO_UNAVAILABLE none']),
    )
    const doubtful = calls.filter(({ end, sentAt }) => end.endsWith('unknown') && sentAt > stoppedAt)
    expect(Math.max(...doubtful.map(({ sentAt }) => sentAt)) - stoppedAt, 'noticed').toBeLessThan(5000)
    expect(new Set(executed).size, 'no duplicates').toBe(executed.length)
    const refused = new Set(calls.filter(({ end }) => end.endsWith('none')).map(({ number }) => number))
    expect(
      executed.filter((number) => refused.has(number)),
      'nothing that was refused is done',
    ).toEqual([])
    const ghosts = calls.filter(({ end, number }) => end.endsWith('unknown') && executed.includes(number))
    expect(
      ghosts.map(({ number, sentAt }) => [number, sentAt - stoppedAt]),
      'nothing given up is done later',
    ).toEqual([])
  }, 60_000)

  it('[49] a member whose handlers hang leaves its requests to the other within 5 s, and comes back', async () => {
    const server = await startServer({ binary: path })
    const { host, lines } = testHost()
    const hanging = await openTransport({ servers: server.url, stalledAfterMs: 1500 }, host)
    const healthy = await openTransport({ servers: server.url })
    const client = await openTransport({ servers: server.url })
    let isHung = true
    const answeredBy = { hanging: 0, healthy: 0 }
    await serveBody(hanging, 'micro.bank.work', async () => {
      if (isHung) await new Promise(() => undefined)
      answeredBy.hanging++
      return null
    })
    await serveBody(healthy, 'micro.bank.work', () => {
      answeredBy.healthy++
      return null
    })
    const budget = { 'micro-deadline': '500;0;client-1' }
    const call = async (): Promise<string> =>
      shown(await ended(() => client.request('micro.bank.work', { headers: budget }, { timeoutMs: 500 })))
    const start = performance.now()
    const before = await Promise.all(Array.from({ length: 40 }, call))
    expect(new Set(before)).toEqual(new Set(['answered', 'MICRO_TIMEOUT unknown']))
    await until('it leaves', async () => {
      await call()
      return lines.some(({ message }) => message.includes('leaves its requests'))
    })
    expect(performance.now() - start).toBeLessThan(5000)
    const after = await Promise.all(Array.from({ length: 40 }, call))
    expect(after.filter((end) => end !== 'answered')).toEqual([])
    isHung = false
    await until('it takes requests again', async () => {
      await call()
      return answeredBy.hanging > 0
    })
    expect(lines.map(({ level }) => level)).toEqual(['error', 'info'])
  })
})

// A server of 2.9 asks nobody to whom it sends something: under load it does not notice.
it.skipIf(isServerAbsent)(
  '[49] a member whose process stands still is left out within 5 s by a server that asks every second',
  async () => {
    const server = await startServer({ config: 'ping_interval: "1s"\nping_max: 2' })
    const client = await openTransport({ servers: server.url })
    await serveBody(client, 'micro.bank.work', () => 'here')
    await using other = await startEchoProcess(server.url, 'micro.bank.work')
    const call = async () => ended(() => ask(client, 'micro.bank.work', 1, 500))
    await until('both take part', async () => (await call()).reply?.body !== 'here')
    other.pause()
    const start = performance.now()
    let wasGoodSince = start
    await until('all calls are answered for a while', async () => {
      if (shown(await call()) !== 'answered') wasGoodSince = performance.now()
      return performance.now() - wasGoodSince > 700
    })
    expect(wasGoodSince - start).toBeLessThan(5000)
    const after = await Promise.all(Array.from({ length: scaled(200, 40) }, call))
    expect(after.filter((end) => shown(end) !== 'answered')).toEqual([])
  },
)
