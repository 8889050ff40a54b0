// How much there may be, and what is malformed (reliability.md 1.2: 6, 7, 8).
import { connect as connectSocket, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { createMicro, defineAction, type JsonValue } from '@micro/core'
import { captureLog, scaled } from '@micro/testkit'
import { connect, type NatsConnection } from 'nats'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { NatsServer } from '../../../test-e2e/servers/nats-server.ts'
import { seededRandom } from '../../../test-e2e/test/support/random.ts'
import { until } from '../../../test-e2e/test/support/until.ts'
import { natsTransport } from '../src/index.ts'
import { ask, ended, openTransport, serveBody, shown, testHost } from './support/handles.ts'
import { accountsConfig, accountUser, isServerAbsent, natsServers, startServer } from './support/servers.ts'

const SUBJECT = 'micro.bank.work'
const MIB = 1_048_576

describe.skipIf(isServerAbsent).each(natsServers)('nats-server $version', ({ path }) => {
  let server: NatsServer
  let next = 0
  const plain: NatsConnection[] = []
  beforeAll(async () => {
    server = await startServer({ binary: path, config: accountsConfig(20) })
  })
  afterEach(async () => {
    for (const client of plain.splice(0)) await client.close()
  })

  const network = () => ({ servers: server.url, credentials: accountUser(next++) })

  it('[52] a flood on a slow handler: the excess is refused within 100 ms, the rest is done, then all is as before', async () => {
    const options = network()
    const service = await openTransport({ ...options, maxInFlight: 100 })
    const client = await openTransport(options)
    let atWork = 0
    let most = 0
    let release = (): void => undefined
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    await serveBody(service, SUBJECT, async () => {
      most = Math.max(most, ++atWork)
      await released
      atWork--
      return null
    })
    // Warmed up, so that what is measured is the refusal and not the first run of the code.
    const count = scaled(10_000, 2000)
    const before = process.memoryUsage().rss
    const slowest: number[] = []
    const taken = Array.from({ length: 100 }, () => ended(() => ask(client, SUBJECT)))
    await until('all slots are taken', () => most === 100)
    for (let sent = 100; sent < count; sent += 50) {
      const refused = await Promise.all(Array.from({ length: 50 }, () => ended(() => ask(client, SUBJECT))))
      expect(new Set(refused.map(shown))).toEqual(new Set(['MICRO_OVERLOADED none']))
      slowest.push(Math.max(...refused.map(({ ms }) => ms)))
    }
    expect(slowest.toSorted((one, other) => one - other)[Math.floor(slowest.length / 2)]).toBeLessThan(100)
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * MIB)
    release()
    expect(new Set((await Promise.all(taken)).map(shown))).toEqual(new Set(['answered']))
    expect(most).toBe(100)
    expect(shown(await ended(() => ask(client, SUBJECT)))).toBe('answered')
  })

  it('own requests that wait are bounded too, and refused before anything is sent', async () => {
    const client = await openTransport({ ...network(), maxWaiting: 10 })
    let begun = 0
    let release = (): void => undefined
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    await serveBody(client, SUBJECT, async () => {
      begun++
      await released
      return null
    })
    const waiting = Array.from({ length: 10 }, () => ended(() => ask(client, SUBJECT)))
    expect(shown(await ended(() => ask(client, SUBJECT)))).toBe('MICRO_OVERLOADED none')
    release()
    expect(new Set((await Promise.all(waiting)).map(shown))).toEqual(new Set(['answered']))
    expect(begun).toBe(10)
  })

  it('each request has its own time, not less and hardly more', async () => {
    const transport = await openTransport(network())
    await serveBody(transport, SUBJECT, async () => {
      await pause(300)
      return null
    })
    const times = [100, 2000, 50, 150, 5000, 200]
    const ends = await Promise.all(times.map((timeoutMs) => ended(() => ask(transport, SUBJECT, null, timeoutMs))))
    expect(ends.map(shown)).toEqual(times.map((timeoutMs) => (timeoutMs < 300 ? 'MICRO_TIMEOUT unknown' : 'answered')))
    for (const [index, { error, ms }] of ends.entries())
      expect(ms).toBeGreaterThanOrEqual(error === undefined ? 290 : (times[index] ?? 0))
  })

  it('what is published on a served subject is not executed: nobody could hear the outcome', async () => {
    const transport = await openTransport(network())
    const executed: unknown[] = []
    await serveBody(transport, SUBJECT, (body) => void executed.push(body))
    await transport.publish(SUBJECT, { headers: {}, body: 'published' })
    await ask(transport, SUBJECT, 'asked')
    expect(executed).toEqual(['asked'])
  })

  it('a subscriber that is too slow loses messages, says so once, and takes no memory', async () => {
    const options = network()
    const { host, lines } = testHost()
    const subscriber = await openTransport({ ...options, maxInFlight: 10 }, host)
    const publisher = await openTransport(options)
    let release = (): void => undefined
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    let heard = 0
    await subscriber.subscribe('micro.hint', async () => {
      heard++
      await released
    })
    for (let number = 0; number < 19; number++) await publisher.publish('micro.hint', { headers: {}, body: number })
    await until('the first are heard', () => heard === 10 && lines.length > 0)
    release()
    await pause(20)
    expect(heard).toBe(10)
    expect(lines.map(({ level, fields }) => [level, fields['dropped']])).toEqual([['warn', 1]])
  })

  it.each([0, MIB - 1, MIB, MIB + 1, 10 * MIB])(
    '[51] bodies of %i bytes arrive or are a typed error, both ways',
    async (bytes) => {
      const options = network()
      const [service, client] = [await openTransport(options), await openTransport(options)]
      await serveBody(service, SUBJECT, (body) => (typeof body === 'number' ? 'x'.repeat(body) : null))
      const limit = natsTransport(options).capabilities.maxBodyBytes
      // Two bytes are quotes.
      const isSmall = bytes + 2 <= limit
      expect(shown(await ended(() => ask(client, SUBJECT, 'x'.repeat(bytes))))).toBe(
        isSmall ? 'answered' : 'MICRO_TOO_LARGE none',
      )
      expect(shown(await ended(() => ask(client, SUBJECT, bytes)))).toBe(
        isSmall ? 'answered' : 'MICRO_TOO_LARGE unknown',
      )
      expect(shown(await ended(() => ask(client, SUBJECT, 'still there')))).toBe('answered')
    },
  )

  it('[51] a server with a smaller limit than ours is not sent what it would hang up for', async () => {
    const small = await startServer({ binary: path, config: 'max_payload: 4096' })
    const { host, lines } = testHost()
    const client = await openTransport({ servers: small.url }, host)
    expect(lines.map(({ level }) => level)).toEqual(['warn'])
    await serveBody(client, SUBJECT, (body) => (typeof body === 'number' ? 'x'.repeat(body) : null))
    expect(shown(await ended(() => ask(client, SUBJECT, 'x'.repeat(5000))))).toBe('MICRO_TOO_LARGE none')
    expect(shown(await ended(() => ask(client, SUBJECT, 5000)))).toBe('MICRO_TOO_LARGE unknown')
    const headers = { 'micro-identity': 'x'.repeat(5000) }
    expect(shown(await ended(() => client.request(SUBJECT, { headers }, { timeoutMs: 5000 })))).toBe(
      'MICRO_TOO_LARGE none',
    )
    expect(shown(await ended(() => ask(client, SUBJECT, 4000)))).toBe('answered')
  })

  it('[53] 10,000 malformed messages on every subject: nothing crashes, nothing is executed', async () => {
    const random = seededRandom('malformed messages')
    const credentials = accountUser(next++)
    const transport = natsTransport({ servers: server.url, credentials })
    let executed = 0
    const count = defineAction('count', {
      service: 'bank',
      payload: { type: 'object', properties: { fine: { const: true } }, required: ['fine'] } as const,
    })
    await using bank = createMicro({ name: 'bank', transport, modules: [captureLog().module] }).add(
      count,
      () => void executed++,
    )
    await bank.start()
    const client = await connect({ servers: server.url, user: credentials.user, pass: credentials.password })
    plain.push(client)
    const inbox = await openTransport({ servers: server.url, credentials })
    const socket = await rawSocket(server.port, credentials)
    await inbox.subscribe('micro.hint', () => void executed++)
    const id = (await bank.services())[0]?.instance ?? ''
    const verbs = ['PING', 'INFO', 'STATS'].flatMap((verb) => [
      `$SRV.${verb}`,
      `$SRV.${verb}.bank`,
      `$SRV.${verb}.bank.${id}`,
    ])
    const subjects = ['micro.bank.count', 'micro.hint', ...verbs]
    const bodies = [
      '',
      '{',
      'null',
      '[]',
      '7',
      '{"fine":false}',
      '{"fine":true,"more":1}',
      '\ud800',
      '[[[[',
      `${'['.repeat(9000)}`,
    ]
    const heads = [
      'NATS/1.0\r\n\r\n',
      'NATS/1.0 503\r\n\r\n',
      'NATS/1.0 x\r\n: empty\r\n\r\n',
      'NATS/1.0\r\nä: ö\r\n\r\n',
      'NATS/1.0\r\nno colon\r\n\r\n',
      'NATS/1.0\r\n__proto__: 1\r\nconstructor: 2\r\n\r\n',
      'NATS/1.0\r\nMicro-Deadline: soon\r\nmicro-deadline: never\r\n\r\n',
      'NATS/1.0\r\nMicro-Position: \u0000\r\nMicro-Command-Id: \r\n\r\n',
      'garbage',
      '',
    ]
    const messages = scaled(10_000, 2000)
    for (let number = 0; number < messages; number++) {
      const subject = random.pick(subjects)
      const head = Buffer.from(
        random.next() < 0.5 ? random.pick(heads) : randomText(random.below(40), () => random.below(256)),
        'latin1',
      )
      const body =
        random.next() < 0.7
          ? Buffer.from(random.pick(bodies))
          : Buffer.from(
              randomText(random.below(60), () => random.below(256)),
              'latin1',
            )
      const reply = random.next() < 0.3 ? 'micro.nobody ' : random.next() < 0.5 ? `_INBOX.${number} ` : ''
      // Without one it would be a message as any other.
      if (subject === 'micro.hint' && reply === '') continue
      socket.write(`HPUB ${subject} ${reply}${head.length} ${head.length + body.length}\r\n`)
      socket.write(Buffer.concat([head, body, Buffer.from('\r\n')]))
      if (number % 200 === 0) await pause(1)
    }
    await until(
      'all are through',
      async () => (await ended(() => ask(inbox, 'micro.bank.count', {}))).reply?.error !== undefined,
    )
    expect(executed).toBe(0)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    const calls: JsonValue[] = [{ fine: true }, { fine: true }]
    for (const body of calls) expect(shown(await ended(() => ask(inbox, 'micro.bank.count', body)))).toBe('answered')
    expect(executed).toBe(2)
    socket.destroy()
  })
})

function randomText(length: number, byte: () => number): string {
  return String.fromCharCode(...Array.from({ length }, byte))
}

/** Says what no client would say. */
async function rawSocket(port: number, { user, password }: { user: string; password: string }): Promise<Socket> {
  const socket = connectSocket({ port, host: '127.0.0.1' })
  await new Promise((resolve) => socket.once('data', resolve))
  // The server asks whether it is there, and says what it thinks of the messages.
  socket.on('data', (data) => data.includes('PING') && socket.write('PONG\r\n')).on('error', () => undefined)
  socket.write(
    `CONNECT ${JSON.stringify({ user, pass: password, headers: true, verbose: false, pedantic: false })}\r\n`,
  )
  return socket
}
