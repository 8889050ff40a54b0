// Bad lines, clusters, long outages.
import { setTimeout as pause } from 'node:timers/promises'
import type { Transport } from '@micro/core'
import { scaled, testScale } from '@micro/testkit'
import { connect } from 'nats'
import { describe, expect, it } from 'vitest'
import { until } from '../../../test-e2e/test/support/until.ts'
import { ask, type Ended, ended, openTransport, serveBody, shown, testHost } from './support/handles.ts'
import { freePort, isServerAbsent, natsServers, startServer } from './support/servers.ts'
import { TcpProxy } from './support/tcp-proxy.ts'

const SUBJECT = 'micro.bank.echo'
const TIMEOUT_MS = 500
/** A call ends so long after its time at the latest; where the machine is busy, after a timer of the same time. */
const GRACE_MS = 100

const MINUTES_15 = 15 * 60_000

async function timerMs(ms: number): Promise<number> {
  const start = performance.now()
  await pause(ms)
  return performance.now() - start
}

describe.skipIf(isServerAbsent).each(natsServers)('nats-server $version', ({ path }) => {
  async function behindProxy() {
    const server = await startServer({ binary: path })
    const proxy = await TcpProxy.start(server.port)
    const service = await openTransport({ servers: server.url })
    const client = await openTransport({ servers: proxy.url, connectTimeoutMs: 1000 })
    let executed = 0
    await serveBody(service, SUBJECT, (body) => {
      executed++
      return body
    })
    return { proxy, client, executed: () => executed }
  }

  async function callsUnder(client: Transport, act: () => unknown, count = scaled(200, 20)): Promise<readonly Ended[]> {
    const calls: Promise<Ended>[] = []
    const timers: Promise<number>[] = []
    for (let number = 0; number < count; number++) {
      if (number === Math.floor(count / 2)) act()
      timers.push(timerMs(TIMEOUT_MS))
      calls.push(ended(() => ask(client, SUBJECT, number, TIMEOUT_MS)))
      await pause(10)
    }
    const ends = await Promise.all(calls)
    for (const [index, { ms }] of ends.entries()) expect(ms - ((await timers[index]) ?? 0)).toBeLessThan(GRACE_MS)
    return ends
  }

  const backAgain = (client: Transport): Promise<unknown> =>
    until('it is back', async () => shown(await ended(() => ask(client, SUBJECT, 1, TIMEOUT_MS))) === 'answered')

  it('[50] a line that is slow: answered, or in time unknown', async () => {
    const { proxy, client } = await behindProxy()
    await using _ = proxy
    const ends = await callsUnder(client, () => (proxy.line = { delayMs: 100 }))
    expect(new Set(ends.map(shown))).toEqual(new Set(['answered']))
    const slow = await callsUnder(client, () => (proxy.line = { delayMs: 2000 }))
    expect(slow.map(shown)).toContain('MICRO_TIMEOUT unknown')
    proxy.line = {}
    await backAgain(client)
  })

  it('[50] a line that brings single bytes: answered', async () => {
    const { proxy, client } = await behindProxy()
    await using _ = proxy
    const ends = await callsUnder(client, () => (proxy.line = { isTrickling: true }))
    expect(new Set(ends.map(shown))).toEqual(new Set(['answered']))
  })

  it.each(['reset', 'halfClose'] as const)(
    '[50] a line that breaks (%s): told at once, and made again',
    async (how) => {
      const { proxy, client } = await behindProxy()
      await using _ = proxy
      const ends = await callsUnder(client, () => proxy[how]())
      const kinds = new Set(ends.map(shown))
      expect(
        [...kinds].filter(
          (kind) => !['answered', 'MICRO_UNAVAILABLE none', 'MICRO_UNAVAILABLE unknown'].includes(kind),
        ),
      ).toEqual([])
      await backAgain(client)
      expect(proxy.connections).toBe(1)
    },
  )

  it.each(['to server', 'to client'] as const)(
    '[50] a line that swallows what goes %s: each call ends in time, then it is made again',
    async (blackhole) => {
      const { proxy, client, executed } = await behindProxy()
      await using _ = proxy
      const ends = await callsUnder(client, () => (proxy.line = { blackhole }), 60)
      expect(ends.map(shown)).toContain('MICRO_TIMEOUT unknown')
      const start = performance.now()
      await until(
        'it is given up',
        async () => shown(await ended(() => ask(client, SUBJECT, 1, TIMEOUT_MS))) === 'MICRO_UNAVAILABLE none',
      )
      expect(performance.now() - start).toBeLessThan(5000)
      const before = executed()
      await ended(() => ask(client, SUBJECT))
      expect(executed()).toBe(before)
      proxy.line = {}
      await backAgain(client)
      await until('nothing is left over', () => proxy.connections === 1)
    },
  )

  it('a reply whose line breaks under it is sent over the next one', async () => {
    const server = await startServer({ binary: path })
    await using proxy = await TcpProxy.start(server.port)
    const { host, lines } = testHost()
    const service = await openTransport({ servers: proxy.url }, host)
    const client = await openTransport({ servers: server.url })
    let isBegun = false
    let release = (): void => undefined
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    await serveBody(service, SUBJECT, async () => {
      isBegun = true
      await released
      return 'late'
    })
    const call = ended(() => ask(client, SUBJECT))
    await until('it is under way', () => isBegun)
    proxy.line = { blackhole: 'to client' }
    proxy.reset()
    await until('the service has noticed', () => lines.some(({ message }) => message.endsWith('is lost.')))
    release()
    await pause(20)
    proxy.line = {}
    expect((await call).reply?.body).toBe('late')
  })

  it('a node of a cluster that was never named takes over', async () => {
    const ports = [await freePort(), await freePort()] as const
    const node = (index: 0 | 1) =>
      startServer({
        binary: path,
        config: `cluster: { name: c, listen: "127.0.0.1:${ports[index]}", routes: ["nats://127.0.0.1:${ports[1 - index]}"] }\nserver_name: node${index}`,
      })
    const [first, second] = [await node(0), await node(1)]
    await until('the first tells of the second', async () => {
      const told = await connect({ servers: first.url })
      const isTold = told.info?.connect_urls?.includes(second.url)
      await told.close()
      return isTold
    })
    const { host, lines } = testHost()
    const client = await openTransport({ servers: first.url }, host)
    await serveBody(client, SUBJECT, (body) => body)
    await first.kill()
    await backAgain(client)
    expect(
      lines.filter(({ message }) => message.startsWith('Connected')).map(({ fields }) => fields['server']),
    ).toEqual([second.url])
  })

  it(
    '[47] a server that is down for 15 minutes (in the long run; else for 3 s) is found again',
    async () => {
      const server = await startServer({ binary: path })
      const client = await openTransport({ servers: server.url })
      await serveBody(client, SUBJECT, (body) => body)
      await server.kill()
      await pause(testScale() >= 10 ? MINUTES_15 : 3000)
      await startServer({ binary: path, port: server.port })
      const start = performance.now()
      await backAgain(client)
      expect(performance.now() - start).toBeLessThan(5000)
    },
    MINUTES_15 + 60_000,
  )
})
