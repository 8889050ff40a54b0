// The server goes away and comes back (reliability.md 1.2: 1, 2, 3, 4).
import { createServer, type Socket } from 'node:net'
import { createMicro, type Transport } from '@micro/core'
import { captureLog, scaled } from '@micro/testkit'
import { describe, expect, it } from 'vitest'
import type { NatsServer } from '../../../test-e2e/servers/nats-server.ts'
import { until } from '../../../test-e2e/test/support/until.ts'
import { natsTransport } from '../src/index.ts'
import { ask, ended, openTransport, serveBody, shown, testHost } from './support/handles.ts'
import { freePort, isServerAbsent, natsServers, startServer } from './support/servers.ts'

const SUBJECT = 'micro.bank.echo'

/** The same server again, where its clients look for it. */
function startAgain(binary: string, { port }: NatsServer): Promise<NatsServer> {
  return startServer({ binary, port })
}

async function untilAnswered(transport: Transport): Promise<number> {
  const start = performance.now()
  await until(
    'a request is answered',
    async () => shown(await ended(() => ask(transport, SUBJECT, 1, 500))) === 'answered',
  )
  return performance.now() - start
}

describe.skipIf(isServerAbsent).each(natsServers)('nats-server $version', ({ path }) => {
  it('a subject that nobody serves is refused within 50 ms, with nothing done', async () => {
    const server = await startServer({ binary: path })
    const client = await openTransport({ servers: server.url })
    await ended(() => ask(client, SUBJECT))
    for (let round = 0; round < 20; round++) {
      const end = await ended(() => ask(client, SUBJECT))
      expect(shown(end)).toBe('MICRO_UNAVAILABLE none')
      expect(end.ms).toBeLessThan(50)
    }
  })

  it('[48] services that start before the server wait for it, and come up', async () => {
    const port = await freePort()
    const transport = natsTransport({ servers: `127.0.0.1:${port}` })
    const { host, lines } = testHost()
    const bank = createMicro({ name: 'bank', transport, modules: [captureLog().module] }).add(
      'echo',
      (body: number) => body,
    )
    const desk = createMicro({ name: 'desk', transport, modules: [captureLog().module] })
    const started = Promise.all([bank.start(), desk.start()])
    const waiting = transport.open(host)
    await until('it says that it waits', () => lines.some(({ level }) => level === 'warn'))
    await startServer({ binary: path, port })
    await started
    expect(await desk.act('echo', 7)).toBe(7)
    await Promise.all([bank.stop(), desk.stop()])
    await (await waiting).close({ deadlineMs: 0 })
  })

  it('a service that is stopped while it waits for a server ends at once', async () => {
    const transport = natsTransport({ servers: `127.0.0.1:${await freePort()}` })
    const log = captureLog()
    const bank = createMicro({ name: 'bank', transport, modules: [log.module] })
    const starting = bank.start().catch((error: unknown) => error)
    await until('it waits', () => log.of('warn').length > 0)
    const start = performance.now()
    await bank.stop()
    expect(await starting).toMatchObject({ code: 'MICRO_UNAVAILABLE' })
    expect(performance.now() - start).toBeLessThan(1000)
  })

  it('waits no longer than it is told', async () => {
    const port = await freePort()
    const start = performance.now()
    const opening = natsTransport({ servers: `127.0.0.1:${port}`, openTimeoutMs: 300 }).open(testHost().host)
    await expect(opening).rejects.toMatchObject({ code: 'MICRO_UNAVAILABLE', outcome: 'none' })
    expect(performance.now() - start).toBeLessThan(3000)
  })

  it('a server that dies: what is under way is told at once as unknown, what comes later fails fast as none', async () => {
    const server = await startServer({ binary: path })
    const [service, client] = [
      await openTransport({ servers: server.url }),
      await openTransport({ servers: server.url }),
    ]
    let executed = 0
    await serveBody(service, SUBJECT, async (body) => {
      executed++
      if (body === 'slow') await new Promise(() => undefined)
      return null
    })
    const slow = ended(() => ask(client, SUBJECT, 'slow', 60_000))
    await until('it is under way', () => executed === 1)
    await server.kill()
    const end = await slow
    expect(shown(end)).toBe('MICRO_UNAVAILABLE unknown')
    expect(end.ms).toBeLessThan(1000)
    const later = await Promise.all(Array.from({ length: 41 }, () => ended(() => ask(client, SUBJECT))))
    expect(new Set(later.map(shown))).toEqual(new Set(['MICRO_UNAVAILABLE none']))
    expect(Math.max(...later.map(({ ms }) => ms))).toBeLessThan(50)
    await expect(client.publish('micro.hint', { headers: {} })).rejects.toMatchObject({ code: 'MICRO_UNAVAILABLE' })
    await startAgain(path, server)
    await untilAnswered(client)
    expect(executed, 'none of the 41 was kept for later').toBeLessThan(5)
  })

  it('what is served and subscribed while there is no server is there when one comes', async () => {
    const server = await startServer({ binary: path })
    const [service, client] = [
      await openTransport({ servers: server.url }),
      await openTransport({ servers: server.url }),
    ]
    await server.kill()
    await until(
      'the loss is noticed',
      async () => shown(await ended(() => ask(service, SUBJECT))) === 'MICRO_UNAVAILABLE none',
    )
    const heard: unknown[] = []
    const serving = serveBody(service, SUBJECT, (body) => body)
    const subscribing = service.subscribe('micro.hint', ({ body }) => void heard.push(body))
    await startAgain(path, server)
    await Promise.all([serving, subscribing])
    await untilAnswered(client)
    await client.publish('micro.hint', { headers: {}, body: 1 })
    await until('the hint is heard', () => heard.length > 0)
    expect(heard).toEqual([1])
  })

  it('a server that dies while it is asked to take or leave something: that ends, and does not hang', async () => {
    const server = await startServer({ binary: path })
    const service = await openTransport({ servers: server.url })
    const stop = await serveBody(service, SUBJECT, (body) => body)
    server.pause()
    const stopping = stop()
    const serving = serveBody(service, 'micro.bank.more', (body) => body)
    await server.kill()
    await stopping
    await startAgain(path, server)
    await serving
    expect(shown(await ended(() => ask(service, 'micro.bank.more', 1)))).toBe('answered')
    expect(shown(await ended(() => ask(service, SUBJECT, 1)))).toBe('MICRO_UNAVAILABLE none')
  })

  it('[46] a server killed and started again 20 times: back each time, subscriptions alive, nothing piles up', async () => {
    let server = await startServer({ binary: path })
    const { host, lines } = testHost()
    const service = await openTransport({ servers: server.url }, host)
    const client = await openTransport({ servers: server.url })
    const heard: unknown[] = []
    await serveBody(service, SUBJECT, (body) => body)
    await service.subscribe('micro.hint', ({ body }) => void heard.push(body))
    const resources = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length
    const before = resources()
    const restarts = scaled(20, 5)
    for (let restart = 0; restart < restarts; restart++) {
      await server.kill()
      server = await startAgain(path, server)
      expect(await untilAnswered(client)).toBeLessThan(5000)
      await client.publish('micro.hint', { headers: {}, body: restart })
      await until('the hint is heard', () => heard.length > restart)
    }
    expect(heard).toEqual([...Array.from({ length: restarts }).keys()])
    expect(resources()).toBe(before)
    expect(lines.filter(({ message }) => message.startsWith('Connected'))).toHaveLength(restarts)
  })

  it('a server that stands still is given up within 5 s, also under more than the network buffers', async () => {
    const server = await startServer({ binary: path })
    const client = await openTransport({ servers: server.url })
    await serveBody(client, SUBJECT, () => null)
    server.pause()
    const start = performance.now()
    const large = 'x'.repeat(500_000)
    const flood = Array.from({ length: 60 }, () => ended(() => ask(client, SUBJECT, large, 60_000)))
    expect(new Set((await Promise.all(flood)).map(shown))).toEqual(new Set(['MICRO_UNAVAILABLE unknown']))
    expect(performance.now() - start).toBeLessThan(5000)
    server.resume()
    expect(await untilAnswered(client)).toBeLessThan(2000)
  })
})

it('a port on which nobody speaks is not waited for with an open socket', async () => {
  const sockets = new Set<Socket>()
  const silent = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as { port: number }
  const options = { servers: `127.0.0.1:${port}`, openTimeoutMs: 500, connectTimeoutMs: 100 }
  await expect(natsTransport(options).open(testHost().host)).rejects.toMatchObject({ code: 'MICRO_UNAVAILABLE' })
  await until('every socket is closed', () => sockets.size === 0)
  await new Promise((resolve) => silent.close(resolve))
})
