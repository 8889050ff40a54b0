// The NATS Services API (ADR-32) and clients that know nothing of us.
import { setTimeout as pause } from 'node:timers/promises'
import { createMicro, defineAction, MicroError, type ServiceDescription, type Transport } from '@micro/core'
import { captureLog } from '@micro/testkit'
import { connect, headers, type NatsConnection, RequestStrategy } from 'nats'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { NatsServer } from '../../../test-e2e/servers/nats-server.ts'
import { natsTransport } from '../src/index.ts'
import { ask, endpoint, openTransport, serveBody, testHost } from './support/handles.ts'
import { accountsConfig, accountUser, isServerAbsent, natsServers, startServer } from './support/servers.ts'

const EVERYONE = { strategy: RequestStrategy.Timer, maxWait: 300 }

async function collected<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

const discovered = (transport: Transport): Promise<readonly ServiceDescription[]> =>
  collected(transport.discover({ maxWaitMs: 300 }))

describe.skipIf(isServerAbsent).each(natsServers)('nats-server $version', ({ path }) => {
  let server: NatsServer
  let next = 0
  const clients: NatsConnection[] = []
  beforeAll(async () => {
    server = await startServer({ binary: path, config: accountsConfig(30) })
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close()
  })

  /** A network of its own: how to join it with ours, and as anybody. */
  function network() {
    const credentials = accountUser(next++)
    return {
      options: { servers: server.url, credentials },
      anybody: async (): Promise<NatsConnection> => {
        const client = await connect({ servers: server.url, user: credentials.user, pass: credentials.password })
        clients.push(client)
        return client
      },
    }
  }

  it('the official client pings, asks for information and reads statistics, by all, by name and by id', async () => {
    const { options, anybody } = network()
    const service = await openTransport(options)
    const description = {
      service: 'gift desk',
      version: '1.2.3',
      instance: 'desk-1',
      kind: 'command',
      payload: { type: 'object', properties: { name: { type: 'string' } } },
      description: 'Wraps a gift.',
      errors: ['No paper.'],
    } as const
    await serveBody(service, 'micro.gift-desk.wrap-gift', (body) => body, description)
    await serveBody(service, 'micro.gift-desk.gifts', () => [], { ...description, kind: 'view' })
    const client = (await anybody()).services.client(EVERYONE)
    const own = {
      name: 'gift-desk',
      id: 'desk-1',
      version: '1.2.3',
      metadata: { 'micro-service': 'gift desk' },
    }
    for (const address of [[], ['gift-desk'], ['gift-desk', 'desk-1']]) {
      expect(await collected(await client.ping(...address))).toEqual([
        { type: 'io.nats.micro.v1.ping_response', ...own },
      ])
      const [info] = await collected(await client.info(...address))
      expect(info).toMatchObject({ type: 'io.nats.micro.v1.info_response', ...own, description: '' })
      expect(info?.endpoints).toEqual([
        {
          name: 'wrap-gift',
          subject: 'micro.gift-desk.wrap-gift',
          queue_group: 'q',
          metadata: {
            'micro-kind': 'command',
            'micro-action': 'wrap gift',
            description: 'Wraps a gift.',
            'micro-errors': '["No paper."]',
            'micro-payload': '{"type":"object","properties":{"name":{"type":"string"}}}',
          },
        },
        expect.objectContaining({ name: 'gifts', metadata: expect.objectContaining({ 'micro-kind': 'view' }) }),
      ])
      const [stats] = await collected(await client.stats(...address))
      expect(stats).toMatchObject({ type: 'io.nats.micro.v1.stats_response', ...own })
      expect(new Date(stats?.started ?? '').getTime()).toBeGreaterThan(Date.now() - 60_000)
      expect(stats?.endpoints?.map(({ name }) => name)).toEqual(['wrap-gift', 'gifts'])
    }
    await expect(client.ping('other').then(collected)).rejects.toThrow('503')
  })

  it('statistics are true for handlers that await something', async () => {
    const { options, anybody } = network()
    const service = await openTransport(options)
    await serveBody(service, 'micro.bank.work', async (body) => {
      await pause(50)
      if (body === 'fail') throw new MicroError('MICRO_RULE_BROKEN', 'Not\nenough money.')
      return null
    })
    for (const body of ['go', 'go', 'fail', 'go']) await ask(service, 'micro.bank.work', body)
    const client = (await anybody()).services.client(EVERYONE)
    const [stats] = await collected(await client.stats())
    const [work] = stats?.endpoints ?? []
    expect(work).toMatchObject({ num_requests: 4, num_errors: 1, last_error: '422:Not enough money.' })
    expect(work?.processing_time).toBeGreaterThanOrEqual(200e6)
    expect(work?.processing_time).toBeLessThan(2000e6)
    expect(work?.average_processing_time).toBe(Math.trunc((work?.processing_time ?? 0) / 4))
  })

  it('services of others are found and called, errors of theirs are errors', async () => {
    const { options, anybody } = network()
    const other = await anybody()
    const added = await other.services.add({ name: 'weather', version: '0.1.0', description: 'Tells it.' })
    added.addEndpoint('forecast', {
      subject: 'weather.forecast',
      metadata: { unit: 'celsius' },
      handler: (error, message) => {
        if (error !== null) return
        const { place } = message.json<{ place: string }>()
        if (place === 'nowhere') message.respondError(404, 'No such place')
        else if (place === 'odd') message.respondError(418, 'Tea')
        else if (place === 'text') message.respond('no JSON')
        else message.respond(JSON.stringify({ place, degrees: 7 }))
      },
    })
    await other.flush()
    const client = await openTransport(options)
    expect(await discovered(client)).toEqual([
      {
        service: 'weather',
        version: '0.1.0',
        instance: added.info().id,
        endpoints: [
          {
            service: 'weather',
            version: '0.1.0',
            instance: added.info().id,
            action: 'forecast',
            kind: 'action',
            subject: 'weather.forecast',
          },
        ],
      },
    ])
    const call = (place: string) => ask(client, 'weather.forecast', { place })
    expect((await call('home')).body).toEqual({ place: 'home', degrees: 7 })
    expect((await call('nowhere')).error).toMatchObject({
      code: 'MICRO_NOT_FOUND',
      message: 'No such place',
      outcome: 'unknown',
    })
    expect((await call('odd')).error).toMatchObject({ code: 'MICRO_INTERNAL', message: 'Tea', outcome: 'unknown' })
    await expect(call('text')).rejects.toMatchObject({ code: 'MICRO_PROTOCOL', outcome: 'unknown' })
  })

  it('a plain client calls an action with a JSON body and gets JSON, or an error as the Services API has it', async () => {
    const { options, anybody } = network()
    const double = defineAction('double number', {
      service: 'bank',
      payload: { type: 'object', properties: { number: { type: 'integer' } }, required: ['number'] } as const,
      response: { type: 'integer' } as const,
    })
    await using bank = createMicro({
      name: 'bank',
      version: '1.0.0',
      transport: natsTransport(options),
      modules: [captureLog().module],
    }).add(double, ({ number }) => number * 2)
    await bank.start()
    const client = await anybody()
    const subject = 'micro.bank.double-number'
    expect((await client.request(subject, '{"number":21}')).json()).toBe(42)

    const refused = await client.request(subject, '{"number":"x"}')
    expect(refused.headers?.get('Nats-Service-Error-Code')).toBe('400')
    expect(refused.headers?.get('Nats-Service-Error')).not.toBe('')
    expect(refused.json()).toMatchObject({ code: 'MICRO_INVALID', outcome: 'none', service: 'bank' })

    const malformed = await client.request(subject, '{"number":')
    expect(malformed.json()).toMatchObject({ code: 'MICRO_PROTOCOL', outcome: 'none' })

    const given = headers()
    given.set('micro-correlation-ID', 'one')
    given.set('Micro-Deadline', 'soon')
    expect((await client.request(subject, '{"number":1}', { timeout: 1000, headers: given })).json()).toMatchObject({
      code: 'MICRO_PROTOCOL',
    })
    const [found] = await bank.services()
    expect(found?.endpoints[0]).toMatchObject({ kind: 'action', payload: { required: ['number'] } })
  })

  it('what answers discovery with nonsense is nobody', async () => {
    const { options, anybody } = network()
    const liar = await anybody()
    const answers = ['', 'no JSON', 'null', '[]', '{}', '{"name":1,"id":"a","version":"1"}', '{"name":"a","id":"b"}']
    const say = (subject: string, ...said: readonly string[]): unknown =>
      liar.subscribe(subject, { callback: (_, message) => said.forEach((answer) => message.respond(answer)) })
    say('$SRV.PING', ...answers, ...['odd', 'mute', 'mad'].map((name) => JSON.stringify({ name, id: `${name}-1` })))
    say('$SRV.PING', '{"name":"a.*","id":"b"}', '{"name":"a","id":">"}', '{"name":"none","id":"none-1"}')
    say('$SRV.INFO.mad.mad-1', 'no JSON')
    say('$SRV.INFO.mute.mute-1')
    const odd = {
      name: 'odd',
      id: 'odd-1',
      version: '1',
      metadata: { 'micro-service': 7 },
      endpoints: [
        null,
        7,
        { name: 'a' },
        { name: 'a', subject: 'b', metadata: { 'micro-kind': 'x', 'micro-payload': '{' } },
      ],
    }
    say('$SRV.INFO.odd.odd-1', JSON.stringify(odd))
    await liar.flush()
    const own = { service: 'odd', version: '1', instance: 'odd-1' }
    expect(await discovered(await openTransport(options))).toEqual([
      { ...own, endpoints: [{ ...own, action: 'a', kind: 'action', subject: 'b' }] },
    ])
  })

  it('names that the Services API does not take arrive as they are', async () => {
    const { options } = network()
    const transport = await openTransport(options)
    const named = { service: 'bänk', version: 'today', instance: 'one/2' }
    await serveBody(transport, 'micro.bank.a', () => null, named)
    await serveBody(transport, 'micro.bank.b', () => null, { ...named, instance: 'one 2' })
    const found = await discovered(transport)
    expect(found.map(({ service, version, instance }) => [service, version, instance].join(' ')).toSorted()).toEqual([
      'bänk today one 2',
      'bänk today one/2',
    ])
  })

  it('schemas that are larger than a message are left out, and it is said once', async () => {
    const { options } = network()
    const { host, lines } = testHost()
    const transport = await openTransport(options, host)
    const payload = { type: 'string', description: 'x'.repeat(400_000) }
    for (const name of ['a', 'b', 'c'])
      await transport.serve(endpoint(`micro.bank.${name}`, { payload }), async () => ({ headers: {} }))
    for (let round = 0; round < 2; round++) {
      const [found] = await discovered(transport)
      expect(found?.endpoints.map(({ action, payload: schema }) => [action, schema])).toEqual([
        ['a', undefined],
        ['b', undefined],
        ['c', undefined],
      ])
    }
    expect(lines.map(({ level }) => level)).toEqual(['warn'])
  })
})
