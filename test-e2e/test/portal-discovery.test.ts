// A portal on NATS whose services start, stop, die and are replaced while it runs.
import { createMicro, defineView, defineViewContract, type Micro } from '@micro/core'
import { type Portal, startPortal } from '@micro/rest-portal'
import { natsTransport } from '@micro/transport-nats'
import { describe, expect, it } from 'vitest'
import { startInstance } from './support/distributed-bank.ts'
import { isServerAbsent, listenTo, startNats } from './support/nats.ts'
import { PortalClient } from './support/portal-client.ts'
import { silentModule } from './support/silent-logger.ts'
import { tempFolder } from './support/temp-folder.ts'
import { until } from './support/until.ts'

/** What the README promises. */
const DOCUMENTED_WITHIN_MS = 5_000
const GONE_WITHIN_MS = 6_000

interface Open extends AsyncDisposable {
  readonly portal: Portal
  readonly client: PortalClient
  /** Paths of the OpenAPI document. */
  paths(): Promise<readonly string[]>
}

async function openPortal(servers: string): Promise<Open> {
  const transport = natsTransport({ servers })
  const micro = createMicro({ name: 'portal', transport, modules: [silentModule] })
  await micro.start()
  const portal = await startPortal({ micro, port: 0, rateLimit: false })
  return {
    portal,
    client: new PortalClient(portal.url),
    paths: async () => {
      const response = await fetch(`${portal.url}/openapi.json`)
      return Object.keys(((await response.json()) as { readonly paths: object }).paths)
    },
    async [Symbol.asyncDispose]() {
      await portal.close()
      await micro.stop()
    },
  }
}

/** A service whose view `echo` says what came in as `size`, and with which version it was asked. */
async function startEcho(servers: string, version: string, type: 'integer' | 'string'): Promise<Micro> {
  const payload = { type: 'object', properties: { size: { type } }, required: ['size'] } as const
  const contract = defineViewContract('echo', { service: 'echo', payload })
  const echo = defineView(contract, { query: ({ size }) => ({ size, version }) })
  const transport = natsTransport({ servers })
  const micro = createMicro({ name: 'echo', version, transport, modules: [silentModule], sheets: { views: [echo] } })
  await micro.start()
  return micro
}

describe.skipIf(isServerAbsent)('a portal on NATS', () => {
  it('serves a service at once when it is asked for, and documents it in 5 s; it goes from the document when it is killed', async () => {
    using folder = tempFolder()
    await using server = await startNats()
    await using open = await openPortal(server.url)
    expect(await open.paths()).toEqual([])
    await using bank = await startInstance(folder.path, server.url)
    const startedAt = performance.now()
    expect(await open.client.view('bank-totals')).toMatchObject({ status: 200 })
    await until('it is documented', async () => (await open.paths()).includes('/views/bank-totals'))
    expect(performance.now() - startedAt).toBeLessThan(DOCUMENTED_WITHIN_MS)
    await bank.kill()
    const killedAt = performance.now()
    await until('it is not documented', async () => (await open.paths()).length === 0)
    expect(performance.now() - killedAt).toBeLessThan(GONE_WITHIN_MS)
    expect(await open.client.view('bank-totals')).toMatchObject({
      status: 503,
      body: { code: 'MICRO_UNAVAILABLE', outcome: 'none' },
    })
    expect(await open.client.view('nothing')).toMatchObject({ status: 404, body: { code: 'MICRO_NOT_FOUND' } })
    // The next one is served by the routes that are known, without a look.
    await using _again = await startInstance(folder.path, server.url)
    expect(await open.client.view('bank-totals')).toMatchObject({ status: 200 })
  })

  it('documents a service that nobody asks for', async () => {
    await using server = await startNats()
    await using open = await openPortal(server.url)
    await using _echo = await startEcho(server.url, '1.0.0', 'integer')
    const startedAt = performance.now()
    await until('it is documented', async () => (await open.paths()).includes('/views/echo'))
    expect(performance.now() - startedAt).toBeLessThan(DOCUMENTED_WITHIN_MS)
  })

  it('reads queries by the schema of the version that runs, within 5 s after another one has taken over', async () => {
    await using server = await startNats()
    await using open = await openPortal(server.url)
    const old = await startEcho(server.url, '1.9.0', 'integer')
    expect(await open.client.view('echo', { size: 7 })).toMatchObject({ body: { size: 7, version: '1.9.0' } })
    await old.stop()
    await using _new = await startEcho(server.url, '1.10.0', 'string')
    const replacedAt = performance.now()
    await until('the new schema counts', async () => (await open.client.view('echo', { size: 7 })).status === 200)
    expect(performance.now() - replacedAt).toBeLessThan(DOCUMENTED_WITHIN_MS)
    expect(await open.client.view('echo', { size: 7 })).toMatchObject({ body: { size: '7', version: '1.10.0' } })
  })

  it('looks for services twice in a second at most, however many unknown names are asked for', async () => {
    await using server = await startNats()
    await using open = await openPortal(server.url)
    using discoveries = await listenTo(server, '$SRV.PING')
    const startedAt = performance.now()
    let asked = 0
    while (performance.now() - startedAt < 4_000) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => open.client.view(`unknown-${asked++}`)))
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404))
    }
    const seconds = (performance.now() - startedAt) / 1_000
    console.log(`${asked} unknown names in ${seconds.toFixed(1)} s: ${discoveries.count()} discoveries`)
    expect(discoveries.count()).toBeGreaterThanOrEqual(2)
    expect(discoveries.count()).toBeLessThanOrEqual(2 * Math.ceil(seconds))
  })
})
