// Who may connect, and what a user may do (reliability.md 1.2: 9).
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect, nkeys, type NatsConnection } from 'nats'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../../test-e2e/test/support/until.ts'
import { natsTransport, type NatsTransportOptions } from '../src/index.ts'
import { type Certificates, makeCertificates } from './support/certificates.ts'
import { ask, ended, openTransport, serveBody, shown, testHost } from './support/handles.ts'
import { makeOperator } from './support/operator.ts'
import { isServerAbsent, natsServers, startServer } from './support/servers.ts'

const SUBJECT = 'micro.bank.echo'

let certificates: Certificates
const rogues: NatsConnection[] = []
beforeAll(() => {
  certificates = makeCertificates()
})
afterAll(() => certificates[Symbol.dispose]())
afterEach(async () => {
  for (const rogue of rogues.splice(0)) await rogue.close()
})

async function expectItWorks(options: NatsTransportOptions): Promise<void> {
  const transport = await openTransport(options)
  await serveBody(transport, SUBJECT, (body) => body)
  expect((await ask(transport, SUBJECT, 1)).body).toBe(1)
}

/** At once: a server that says no will not say yes later. */
async function expectRefused(options: NatsTransportOptions, code: string): Promise<void> {
  const start = performance.now()
  const error: unknown = await natsTransport(options)
    .open(testHost().host)
    .then(
      (transport) => transport.close({ deadlineMs: 0 }),
      (thrown: unknown) => thrown,
    )
  expect(error).toMatchObject({ code, outcome: 'none', retryable: false })
  expect(performance.now() - start).toBeLessThan(3000)
}

describe.skipIf(isServerAbsent).each(natsServers)('nats-server $version', ({ path }) => {
  it('a user with a password', async () => {
    const config = 'authorization: { users: [{ user: "bank", password: "s3cret" }] }'
    const { url } = await startServer({ binary: path, config })
    await expectItWorks({ servers: url, credentials: { user: 'bank', password: 's3cret' } })
    await expectRefused({ servers: url, credentials: { user: 'bank', password: 'other' } }, 'MICRO_UNAUTHENTICATED')
    await expectRefused({ servers: url }, 'MICRO_UNAUTHENTICATED')
  })

  it('a token', async () => {
    const { url } = await startServer({ binary: path, config: 'authorization: { token: "s3cret" }' })
    await expectItWorks({ servers: url, credentials: { token: 's3cret' } })
    await expectRefused({ servers: url, credentials: { token: 'other' } }, 'MICRO_UNAUTHENTICATED')
  })

  it('an nkey, whose private half the server never sees', async () => {
    const [known, other] = [nkeys.createUser(), nkeys.createUser()]
    const config = `authorization: { users: [{ nkey: ${known.getPublicKey()} }] }`
    const { url } = await startServer({ binary: path, config })
    const seedOf = (pair: typeof known) => ({ nkeySeed: new TextDecoder().decode(pair.getSeed()) })
    await expectItWorks({ servers: url, credentials: seedOf(known) })
    await expectRefused({ servers: url, credentials: seedOf(other) }, 'MICRO_UNAUTHENTICATED')
  })

  it('a credentials file, which is read again at each connect', async () => {
    const operator = makeOperator()
    const server = await startServer({ binary: path, config: operator.config })
    const file = join(certificates.folder, 'bank.creds')
    writeFileSync(file, makeOperator().credentials)
    const options = { servers: server.url, credentials: { credentialsFile: file } }
    await expectRefused(options, 'MICRO_UNAUTHENTICATED')
    writeFileSync(file, operator.credentials)
    await expectItWorks(options)
    await expectRefused({ ...options, credentials: { credentialsFile: `${file}.none` } }, 'MICRO_UNAVAILABLE')
  })

  it('credentials that are refused at a reconnect do not end the reconnecting', async () => {
    const config = (password: string) => `authorization: { users: [{ user: "bank", password: ${password} }] }`
    let server = await startServer({ binary: path, config: config('right') })
    const { port } = server
    const transport = await openTransport({ servers: server.url, credentials: { user: 'bank', password: 'right' } })
    await serveBody(transport, SUBJECT, (body) => body)
    await server.kill()
    server = await startServer({ binary: path, port, config: config('wrong') })
    await until('it was refused some times', () => (server.output().match(/authentication error/g) ?? []).length > 3)
    await server.kill()
    await startServer({ binary: path, port, config: config('right') })
    await until('it is back', async () => shown(await ended(() => ask(transport, SUBJECT, 1, 500))) === 'answered')
    expect((await ask(transport, SUBJECT, 1)).body).toBe(1)
  })

  it('TLS: of a known authority only, and for the name that was meant', async () => {
    const { server, ca } = certificates
    const config = `tls: { cert_file: "${server.cert}", key_file: "${server.key}" }`
    const { port } = await startServer({ binary: path, config })
    await expectItWorks({ servers: `tls://localhost:${port}`, tls: { caFile: ca } })
    await expectItWorks({ servers: `127.0.0.1:${port}`, tls: { caFile: ca } })
    await expectRefused({ servers: `tls://localhost:${port}` }, 'MICRO_UNAVAILABLE')
  })

  it('a client that wants TLS does not talk to a server without', async () => {
    const { url } = await startServer({ binary: path })
    await expectRefused({ servers: `tls://${url}` }, 'MICRO_UNAVAILABLE')
    await expectRefused({ servers: url, tls: { caFile: certificates.ca } }, 'MICRO_UNAVAILABLE')
  })

  it('mutual TLS: who has no certificate of the authority is refused', async () => {
    const { server, client, ca } = certificates
    const config = `tls: { cert_file: "${server.cert}", key_file: "${server.key}", ca_file: "${ca}", verify: true }`
    const { port } = await startServer({ binary: path, config })
    const servers = `tls://localhost:${port}`
    await expectItWorks({ servers, tls: { caFile: ca, certFile: client.cert, keyFile: client.key } })
    await expectRefused({ servers, tls: { caFile: ca } }, 'MICRO_UNAVAILABLE')
  })

  describe('one user for each service', () => {
    const permitted = (name: string, publish: readonly string[], subscribe: readonly string[]): string =>
      JSON.stringify({ user: name, password: name, permissions: { publish, subscribe, allow_responses: true } })
    const config = `authorization: { users: [
      ${permitted('bank', ['$SRV.>'], ['micro.bank.*', '$SRV.>', '_INBOX_bank.>'])}
      ${permitted('desk', ['micro.bank.*', '$SRV.>'], ['micro.desk.*', '$SRV.>', '_INBOX_desk.>'])}
      ${permitted('rogue', ['micro.rogue.*'], ['micro.rogue.*', '_INBOX_rogue.>'])}
    ] }`

    const as = (servers: string, user: string) => ({
      servers,
      credentials: { user, password: user },
      inboxPrefix: `_INBOX_${user}`,
    })

    it('[87] a user with other rights forges no reply and reads nothing', async () => {
      const { url } = await startServer({ binary: path, config })
      const [bank, desk] = [await openTransport(as(url, 'bank')), await openTransport(as(url, 'desk'))]
      await serveBody(bank, SUBJECT, () => 'true')
      const rogue = await connect({ servers: url, user: 'rogue', pass: 'rogue', inboxPrefix: '_INBOX_rogue' })
      rogues.push(rogue)
      const read: string[] = []
      for (const [subject, queue] of [['>'], ['micro.>'], [SUBJECT, 'q'], ['_INBOX_desk.>'], ['_INBOX.>'], ['$SRV.>']])
        rogue.subscribe(subject as string, {
          ...(queue === undefined ? {} : { queue }),
          callback: (error, message) => {
            if (error !== null) return
            read.push(message.subject)
            message.respond('"forged"')
          },
        })
      await rogue.flush()
      const replies = await Promise.all(Array.from({ length: 100 }, () => ask(desk, SUBJECT)))
      expect(new Set(replies.map(({ body }) => body))).toEqual(new Set(['true']))
      rogue.publish(SUBJECT, '1', { reply: '_INBOX_rogue.a' })
      rogue.publish('_INBOX_desk.a', '"forged"')
      await rogue.flush()
      expect(read).toEqual([])
    })

    it('what this user may not do is a typed error, and nothing waits for its time-out', async () => {
      const { url } = await startServer({ binary: path, config })
      const desk = await openTransport(as(url, 'desk'))
      const forbidden = await ended(() => ask(desk, 'micro.other.action', 1, 30_000))
      expect(shown(forbidden)).toBe('MICRO_FORBIDDEN none')
      expect(forbidden.ms).toBeLessThan(2000)
      await expect(serveBody(desk, SUBJECT, () => null)).rejects.toMatchObject({ code: 'MICRO_FORBIDDEN' })
      await expect(desk.subscribe('micro.hint', () => undefined)).rejects.toMatchObject({ code: 'MICRO_FORBIDDEN' })
      await serveBody(desk, 'micro.desk.echo', (body) => body, { service: 'desk' })
      const bank = await openTransport(as(url, 'bank'))
      await serveBody(bank, SUBJECT, (body) => body)
      expect((await ask(desk, SUBJECT, 1)).body, 'all else goes on').toBe(1)
    })

    it('an inbox that this user may not read is noticed when it is opened', async () => {
      const { url } = await startServer({ binary: path, config })
      const options = { servers: url, credentials: { user: 'bank', password: 'bank' } }
      await expectRefused(options, 'MICRO_FORBIDDEN')
    })
  })
})
