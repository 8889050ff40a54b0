// Services that do all they are there for under the generated configuration, each with its own user.
import { createMicro, defineAction, defineModule, type Micro, type ModuleDefinition } from '@micro/core'
import { connect } from 'nats'
import { afterEach, describe, expect, it } from 'vitest'
import { until } from '../../../test-e2e/test/support/until.ts'
import { natsServerConfig, type NatsServerConfigOptions, natsTransport, type NatsServersOptions } from '../src/index.ts'
import { makeCertificates } from './support/certificates.ts'
import { ask, ended, endpoint, openTransport, serveBody, shown, testHost } from './support/handles.ts'
import { recordLog } from './support/recorded-log.ts'
import { knownPassword, newKey, type Proof } from './support/server-config/keys.ts'
import { isServerAbsent, natsServers, startServer } from './support/servers.ts'

const payload = { type: 'object', properties: { amount: { type: 'integer' } }, required: ['amount'] } as const
const depositMoney = defineAction('deposit money', { service: 'savings bank', payload })
const writeEntry = defineAction('write entry', { service: 'ledger', payload })
const HINT = 'micro.savings-bank.money-moved'

const proofs = { bank: newKey(), ledger: newKey(), portal: knownPassword('portal') }
const options: NatsServerConfigOptions = {
  services: [
    {
      name: 'savings bank',
      credentials: proofs.bank.server,
      serves: [depositMoney],
      calls: [writeEntry],
      publishes: [HINT],
    },
    { name: 'ledger', credentials: proofs.ledger.server, serves: [writeEntry], subscribes: [HINT] },
    { name: 'portal', credentials: proofs.portal.server, calls: 'everything' },
  ],
}

const running: Micro[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((micro) => micro.stop()))
})

async function start(micro: Micro): Promise<Micro> {
  running.push(micro)
  await micro.start()
  return micro
}

const silent: ModuleDefinition = defineModule({
  name: 'recorded log',
  provides: 'logger',
  create: () => recordLog().logger,
})

function service(name: string, transport: NatsServersOptions): Micro {
  return createMicro({ name, transport: natsTransport(transport), modules: [silent] })
}

const as = (servers: string, { client }: Proof): NatsServersOptions => ({
  servers,
  credentials: client,
})

describe.skipIf(isServerAbsent).each(natsServers)('nats-server $version', ({ path }) => {
  it('services call each other by contract and by name, and find each other', async () => {
    const { url } = await startServer({ binary: path, config: natsServerConfig(options) })
    const entries: unknown[] = []
    await start(
      service('ledger', as(url, proofs.ledger)).add(writeEntry, (entry) => {
        entries.push(entry)
        return entries.length
      }),
    )
    for (let instance = 0; instance < 2; instance++)
      await start(
        service('savings bank', as(url, proofs.bank)).add(depositMoney, (entry, { act }) => act(writeEntry, entry)),
      )
    const portal = await start(service('portal', as(url, proofs.portal)))
    await expect(portal.act(depositMoney, { amount: 5 })).resolves.toBe(1)
    await expect(portal.act('deposit money', { amount: 6 })).resolves.toBe(2)
    expect(entries).toEqual([{ amount: 5 }, { amount: 6 }])
    const found = await portal.services()
    expect(found.map((one) => one.service).toSorted()).toEqual(['ledger', 'savings bank', 'savings bank'])
  })

  it('what one publishes is heard by those who are named, alone and in a queue of their own name', async () => {
    const { url } = await startServer({ binary: path, config: natsServerConfig(options) })
    const bank = await openTransport(as(url, proofs.bank), testHost('savings bank').host)
    const ledgers = [0, 1].map(() => openTransport(as(url, proofs.ledger), testHost('ledger').host))
    const heard: unknown[] = []
    for (const ledger of await Promise.all(ledgers)) {
      await ledger.subscribe(HINT, ({ body }) => void heard.push(body))
      await ledger.subscribe(HINT, ({ body }) => void heard.push(['once', body]), { queue: 'ledger' })
      await expect(ledger.subscribe(HINT, () => undefined, { queue: 'other' })).rejects.toMatchObject({
        code: 'MICRO_FORBIDDEN',
      })
    }
    await bank.publish(HINT, { headers: {}, body: 1 })
    await until('all have heard it', () => heard.length >= 3)
    expect(heard).toHaveLength(3)
    expect(heard).toEqual(expect.arrayContaining([1, ['once', 1], 1]))
  })

  it('mutual TLS is as the transport speaks it', async () => {
    using certificates = makeCertificates()
    const { server, client, ca } = certificates
    const tls = { certFile: server.cert, keyFile: server.key, clientCaFile: ca }
    const { port } = await startServer({ binary: path, config: natsServerConfig({ ...options, tls }) })
    const common = as(`tls://localhost:${port}`, proofs.ledger)
    const ledger = await openTransport(
      { ...common, tls: { caFile: ca, certFile: client.cert, keyFile: client.key } },
      testHost('ledger').host,
    )
    await expect(serveBody(ledger, 'micro.ledger.write-entry', () => 1)).resolves.toBeDefined()
    const withoutCertificate = natsTransport({ ...common, tls: { caFile: ca } }).open(testHost().host)
    await expect(withoutCertificate).rejects.toMatchObject({ code: 'MICRO_UNAVAILABLE' })
  })

  it('who serves nothing, calls nothing and discovers nothing may publish nothing', async () => {
    const { server, client } = newKey()
    const config = natsServerConfig({ services: [{ name: 'idle', credentials: server, discovers: false }] })
    const { url } = await startServer({ binary: path, config })
    const idle = await openTransport(as(url, { server, client }), testHost('idle').host)
    const attempts = [
      ...['micro.idle.anything', 'micro.bank.deposit-money', '$SRV.INFO', '_INBOX.idle.x'].map((subject) =>
        ended(() => ask(idle, subject)),
      ),
      ...['micro.idle.anything', '$SRV.INFO', '$SRV.INFO.idle'].map((subject) =>
        ended(async () => {
          await idle.subscribe(subject, () => undefined)
          return { headers: {} }
        }),
      ),
    ]
    const results = (await Promise.all(attempts)).map(shown)
    expect(results).toEqual(attempts.map(() => 'MICRO_FORBIDDEN none'))
  })

  it('an instance takes requests together with the others, and in no other way', async () => {
    const { url } = await startServer({ binary: path, config: natsServerConfig(options) })
    const ledger = await openTransport(as(url, proofs.ledger), testHost('ledger').host)
    const forbidden = { code: 'MICRO_FORBIDDEN' }
    for (const more of [{}, { queue: 'ledger' }, { queue: 'other' }])
      await expect(ledger.subscribe('micro.ledger.write-entry', () => undefined, more)).rejects.toMatchObject(forbidden)
    await expect(serveBody(ledger, 'micro.ledger.write-entry', (body) => body)).resolves.toBeDefined()
  })

  it('a request may be answered once', async () => {
    const { server, client } = knownPassword('ledger')
    const services = options.services.map((one) => (one.name === 'ledger' ? { ...one, credentials: server } : one))
    const config = natsServerConfig({ services })
    const started = await startServer({ binary: path, config })
    const responder = await connect({ servers: started.url, user: client.user, pass: client.password })
    responder.subscribe('micro.ledger.write-entry', {
      queue: 'q',
      callback: (_error, message) => {
        message.respond('1')
        message.respond('2')
      },
    })
    await responder.flush()
    const caller = await openTransport(as(started.url, proofs.bank), testHost('savings bank').host)
    expect((await ask(caller, 'micro.ledger.write-entry')).body).toBe(1)
    await until('the server has refused the second', () => started.output().includes('Publish Violation'))
    await responder.close()
  })

  it('a reply after repliesWithinMs does not leave the server', async () => {
    const { url } = await startServer({ binary: path, config: natsServerConfig({ ...options, repliesWithinMs: 500 }) })
    const ledger = await openTransport(as(url, proofs.ledger), testHost('ledger').host)
    const bank = await openTransport(as(url, proofs.bank), testHost('savings bank').host)
    await serveBody(ledger, 'micro.ledger.write-entry', async (body) => {
      // The server's clock began when it sent the request, so this is later.
      if (body === 'late') await new Promise((resolve) => setTimeout(resolve, 550))
      return body
    })
    expect((await ask(bank, 'micro.ledger.write-entry', 'in time')).body).toBe('in time')
    const late = await ended(() => ask(bank, 'micro.ledger.write-entry', 'late', 1500))
    expect(shown(late)).toBe('MICRO_TIMEOUT unknown')
  })

  it('statistics are for those who may read them', async () => {
    const [reader, other] = [newKey(), newKey()]
    const config = natsServerConfig({
      services: [
        ...options.services,
        { name: 'reader', credentials: reader.server, readsStatistics: true },
        { name: 'other', credentials: other.server },
      ],
    })
    const { url } = await startServer({ binary: path, config })
    const ledger = await openTransport(as(url, proofs.ledger), testHost('ledger').host)
    await ledger.serve(endpoint('micro.ledger.write-entry', { service: 'ledger' }), async () => ({ headers: {} }))
    const [asker, stranger] = [
      await openTransport(as(url, reader), testHost('reader').host),
      await openTransport(as(url, other), testHost('other').host),
    ]
    expect((await ask(asker, '$SRV.STATS.ledger')).body).toMatchObject({ name: 'ledger' })
    expect((await ask(stranger, '$SRV.INFO.ledger')).body).toMatchObject({ name: 'ledger' })
    expect(shown(await ended(() => ask(stranger, '$SRV.STATS.ledger')))).toBe('MICRO_FORBIDDEN none')
  })

  it('a user name of any visible characters is that name and nothing else', async () => {
    const visible = Array.from({ length: 94 }, (_, index) => String.fromCodePoint(33 + index))
    const odd = ['"}]}#', String.raw`\x41\n\"`, '$NAME', '${x}', '//']
    const names = [...visible, visible.join(''), ...odd]
    const services = names.map((user, index) => ({ name: `s${index}`, credentials: knownPassword(user).server }))
    const { url } = await startServer({ binary: path, config: natsServerConfig({ services }) })
    const { client } = knownPassword('')
    for (const user of [...odd, '\\', '"', '#', visible.join('')]) {
      const connection = await connect({ servers: url, user, pass: client.password, reconnect: false })
      await connection.close()
    }
    const wrong = connect({ servers: url, user: String.raw`A\n`, pass: client.password, reconnect: false })
    await expect(wrong).rejects.toThrow(/Authorization/)
  })
})
