// A connection that somebody else has opened.
import { connect, type NatsConnection } from 'nats'
import { afterEach, describe, expect, it } from 'vitest'
import { until } from '../../../test-e2e/test/support/until.ts'
import { natsTransport } from '../src/index.ts'
import { ask, ended, openTransport, serveBody, shown, testHost } from './support/handles.ts'
import { isServerAbsent, natsServers, startServer } from './support/servers.ts'

const SUBJECT = 'micro.bank.echo'

describe.skipIf(isServerAbsent).each(natsServers)('nats-server $version', ({ path }) => {
  const given: NatsConnection[] = []
  afterEach(async () => {
    for (const connection of given.splice(0)) await connection.close()
  })

  async function give(servers: string): Promise<NatsConnection> {
    const connection = await connect({ servers, reconnectTimeWait: 50, maxReconnectAttempts: -1, pingInterval: 500 })
    given.push(connection)
    return connection
  }

  it('is used, shared by several handles, and not closed', async () => {
    const { url } = await startServer({ binary: path })
    const connection = await give(url)
    const provider = natsTransport({ connection })
    const [one, two] = [await provider.open(testHost().host), await provider.open(testHost().host)]
    await serveBody(one, SUBJECT, (body) => body)
    expect((await ask(two, SUBJECT, 1)).body).toBe(1)
    await one.close({ deadlineMs: 1000 })
    expect(shown(await ended(() => ask(two, SUBJECT)))).toBe('MICRO_UNAVAILABLE none')
    await two.close({ deadlineMs: 1000 })
    expect(connection.isClosed()).toBe(false)
    const before = connection.stats().inMsgs
    connection.publish(SUBJECT)
    connection.publish('$SRV.PING')
    await connection.flush()
    expect(connection.stats().inMsgs, 'nothing of ours listens any more').toBe(before)
  })

  it('closing lets replies arrive that are under way', async () => {
    const { url } = await startServer({ binary: path })
    const connection = await give(url)
    const service = await natsTransport({ connection }).open(testHost().host)
    const client = await openTransport({ servers: url })
    let begun = 0
    let release = (): void => undefined
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    await serveBody(service, SUBJECT, async () => {
      begun++
      await released
      return 'done'
    })
    const calls = Array.from({ length: 20 }, () => ask(client, SUBJECT))
    await until('all are under way', () => begun === 20)
    const closed = service.close({ deadlineMs: 5000 })
    // One that comes too early is under way as well.
    const comesTooLate = async (): Promise<boolean> =>
      shown(await ended(() => ask(client, SUBJECT, 1, 100))) === 'MICRO_UNAVAILABLE none'
    await until('nothing new is taken', comesTooLate)
    release()
    expect(new Set((await Promise.all(calls)).map(({ body }) => body))).toEqual(new Set(['done']))
    await closed
  })

  it('that breaks fails what waits, refuses fast, and goes on when it is back', async () => {
    const server = await startServer({ binary: path })
    const connection = await give(server.url)
    const transport = await openTransport({ connection })
    let begun = 0
    await serveBody(transport, SUBJECT, async (body) => {
      begun++
      if (body === 'slow') await new Promise(() => undefined)
      return body
    })
    const heard: unknown[] = []
    await transport.subscribe('micro.hint', ({ body }) => void heard.push(body))
    const slow = ended(() => ask(transport, SUBJECT, 'slow', 60_000))
    await until('it is under way', () => begun === 1)
    await server.kill()
    expect(shown(await slow)).toBe('MICRO_UNAVAILABLE unknown')
    expect(shown(await ended(() => ask(transport, SUBJECT, 1)))).toBe('MICRO_UNAVAILABLE none')
    await startServer({ binary: path, port: server.port })
    await until('it is back', async () => shown(await ended(() => ask(transport, SUBJECT, 1, 500))) === 'answered')
    const last = await transport.subscribe('micro.hint.last', () => void heard.push('last'))
    await transport.publish('micro.hint', { headers: {}, body: 1 })
    await transport.publish('micro.hint.last', { headers: {} })
    await until('all is heard', () => heard.includes('last'))
    expect(heard, 'once: nothing was subscribed twice').toEqual([1, 'last'])
    await last()
  })

  it('that is closed by its owner is said, and refused as unavailable', async () => {
    const { url } = await startServer({ binary: path })
    const connection = await give(url)
    const { host, lines } = testHost()
    const transport = await openTransport({ connection }, host)
    await connection.close()
    await until('it is said', () => lines.some(({ level }) => level === 'error'))
    expect(shown(await ended(() => ask(transport, SUBJECT)))).toBe('MICRO_UNAVAILABLE none')
  })
})
