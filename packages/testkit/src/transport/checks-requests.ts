import assert from 'node:assert/strict'
import type { JsonValue, Transport } from '@micro/core'
import { begun } from '../conformance/begun.ts'
import { jsonCorpus } from '../conformance/json-corpus.ts'
import { rejection } from '../conformance/rejection.ts'
import type { RegisterChecks } from './register-checks.ts'
import { ask, endpoint, errorOf, gate, PATIENT, serveBody } from './transport-bench.ts'

/** One request, one reply. */
export const registerRequestChecks: RegisterChecks = ({ check }) => {
  check('TR-REQUEST', 'a request is answered by the handler of its subject', async (bench) => {
    const [server, client] = await bench.pair()
    await serveBody(server, 'micro.bank.deposit-money', (body, { subject }) => [subject, body ?? null])
    await serveBody(server, 'micro.bank.deposit', () => 'another subject')
    assert.deepEqual(await ask(client, 'micro.bank.deposit-money', { amount: 1 }), [
      'micro.bank.deposit-money',
      { amount: 1 },
    ])
    assert.deepEqual(await ask(server, 'micro.bank.deposit-money', 2), ['micro.bank.deposit-money', 2], 'also its own')
  })

  check('TR-REQUEST', 'many requests at once get each its own reply', async (bench) => {
    const [server, client] = await bench.pair()
    const waiting: (() => void)[] = []
    const count = bench.scaled(1000, 50)
    await serveBody(server, 'micro.bank.echo', async (body) => {
      const { passed, pass } = gate()
      waiting.push(pass)
      // Answered in reverse, once all are there.
      if (waiting.length === count) waiting.reverse().forEach((next) => next())
      await passed
      return body
    })
    const numbers = [...Array.from({ length: count }).keys()]
    assert.deepEqual(await Promise.all(numbers.map((number) => ask(client, 'micro.bank.echo', number))), numbers)
  })

  check('TR-BODY', 'bodies of all kinds arrive as the same text', async (bench) => {
    const [server, client] = await bench.pair()
    const received: (JsonValue | undefined)[] = []
    await serveBody(server, 'micro.bank.echo', (body) => {
      received.push(body)
      return body
    })
    const bodies: readonly JsonValue[] = [null, false, 0, '', 'a', [], {}, ...Object.values(jsonCorpus())]
    for (const [index, body] of bodies.entries()) {
      const answer = await ask(client, 'micro.bank.echo', body)
      assert.equal(JSON.stringify(received[index]), JSON.stringify(body))
      assert.equal(JSON.stringify(answer), JSON.stringify(body))
    }
  })

  check('TR-BODY', 'no body stays no body', async (bench) => {
    const [server, client] = await bench.pair()
    const bodies: (JsonValue | undefined)[] = []
    await serveBody(server, 'micro.bank.nothing', (body) => {
      bodies.push(body)
      return undefined
    })
    const reply = await client.request('micro.bank.nothing', { headers: {} }, PATIENT)
    assert.deepEqual(bodies, [undefined])
    assert.equal(reply.body, undefined)
    assert.equal(reply.error, undefined)
  })

  check('TR-COPY', 'sender and receiver share nothing', async (bench) => {
    const [server, client] = await bench.pair()
    const kept = { list: [1], row: { balance: 1 } }
    const entered = gate()
    const changed = gate()
    await server.serve(endpoint('micro.bank.change'), async ({ body }) => {
      entered.pass()
      await changed.passed
      const seen = JSON.stringify(body)
      Object.assign((body as { row: object }).row, { balance: 99 })
      queueMicrotask(() => void kept.list.push(2))
      return { headers: {}, body: { seen, kept } }
    })
    const sent = { row: { balance: 1 } }
    const reply = begun(client.request('micro.bank.change', { headers: {}, body: sent }, PATIENT))
    sent.row.balance = 2
    await entered.passed
    changed.pass()
    const body = (await reply).body as { readonly seen: string; readonly kept: { list: number[] } }
    assert.equal(body.seen, '{"row":{"balance":1}}', 'as it was when it was sent')
    assert.equal(sent.row.balance, 2)
    body.kept.list.push(3)
    assert.ok(!kept.list.includes(3))
  })

  check('TR-HEADERS', 'headers arrive both ways, names in lower case', async (bench) => {
    const [server, client] = await bench.pair()
    await server.serve(endpoint('micro.bank.headers'), async ({ headers }) => ({
      headers: {
        'Micro-Position': 'log=7',
        'x-seen': Object.keys(headers)
          .filter((name) => /micro|trace/.test(name))
          .sort()
          .join(),
      },
      body: headers['micro-command-id'] ?? null,
    }))
    const headers = { 'Micro-Command-Id': 'id 1; ü', traceparent: '00-1-2-01' }
    const reply = await client.request('micro.bank.headers', { headers }, PATIENT)
    assert.equal(reply.body, 'id 1; ü')
    assert.equal(reply.headers['micro-position'], 'log=7')
    assert.equal(reply.headers['x-seen'], 'micro-command-id,traceparent')
    assert.equal(headers['Micro-Command-Id'], 'id 1; ü')
  })

  check('TR-SHARE', 'each request goes to exactly one of those who serve its subject', async (bench) => {
    const network = await bench.network()
    const servers = [await network.open(), await network.open(), await network.open()]
    const client = await network.open()
    const counts = servers.map(() => 0)
    const handled = new Set<JsonValue | undefined>()
    for (const [index, server] of servers.entries()) {
      await serveBody(server, 'micro.bank.work', (body) => {
        assert.ok(!handled.has(body), 'handled twice')
        handled.add(body)
        counts[index] = (counts[index] ?? 0) + 1
        return index
      })
    }
    const requests = bench.scaled(600, 120)
    await Promise.all(Array.from({ length: requests }, (_, number) => ask(client, 'micro.bank.work', number)))
    assert.equal(
      counts.reduce((sum, count) => sum + count),
      requests,
    )
    assert.ok(
      counts.every((count) => count > 0),
      `all take part: ${counts.join()}`,
    )
  })

  check('TR-UNAVAILABLE', 'a subject that nobody serves', async (bench) => {
    const [server, client] = await bench.pair()
    const stop = await serveBody(server, 'micro.bank.other', () => null)
    for (const subject of ['micro.bank.none', 'micro.bank', 'micro.bank.other.more']) {
      const error = await rejection(client.request(subject, { headers: {} }, PATIENT), 'MICRO_UNAVAILABLE')
      assert.equal(error.outcome, 'none')
      assert.equal(error.retryable, true)
    }
    await stop()
    await rejection(client.request('micro.bank.other', { headers: {} }, PATIENT), 'MICRO_UNAVAILABLE')
  })

  check('TR-TIMEOUT', 'a handler that does not answer in time', async (bench) => {
    const [server, client] = await bench.pair()
    const { passed, pass } = gate()
    bench.defer(() => pass())
    await serveBody(server, 'micro.bank.slow', async (body) => {
      if (body === 'slow') await passed
      return body
    })
    const slow = client.request('micro.bank.slow', { headers: {}, body: 'slow' }, { timeoutMs: 20 })
    const error = await rejection(slow, 'MICRO_TIMEOUT')
    assert.equal(error.outcome, 'unknown')
    assert.equal(await ask(client, 'micro.bank.slow', 'quick'), 'quick', 'others are answered')
    pass()
    assert.equal(await ask(client, 'micro.bank.slow', 'again'), 'again', 'a late reply reaches nobody else')
  })

  check('TR-TOO-LARGE', 'bodies up to the limit arrive, larger ones are refused, both ways', async (bench) => {
    const network = await bench.network()
    const [server, client] = [await network.open(), await network.open()]
    const { maxBodyBytes } = network.capabilities
    await serveBody(server, 'micro.bank.large', (body) => (typeof body === 'number' ? 'x'.repeat(body - 2) : null))
    const request = (body: JsonValue): ReturnType<Transport['request']> =>
      client.request('micro.bank.large', { headers: {}, body }, PATIENT)
    for (const bytes of [2, maxBodyBytes - 1, maxBodyBytes]) {
      assert.equal(await ask(client, 'micro.bank.large', 'x'.repeat(bytes - 2)), null)
      assert.equal(await ask(client, 'micro.bank.large', bytes), 'x'.repeat(bytes - 2))
    }
    for (const bytes of [maxBodyBytes + 1, 10 * maxBodyBytes]) {
      const error = await rejection(request('x'.repeat(bytes - 2)), 'MICRO_TOO_LARGE')
      assert.equal(error.details?.limit, maxBodyBytes)
      assert.equal(error.outcome, 'none')
      assert.equal(errorOf(await request(bytes), 'MICRO_TOO_LARGE').outcome, 'unknown', 'its handler has run')
    }
    // Bytes and not characters: this one has three for each.
    await rejection(request('人'.repeat(Math.ceil(maxBodyBytes / 3))), 'MICRO_TOO_LARGE')
    await rejection(
      client.publish('micro.bank.large', { headers: {}, body: 'x'.repeat(maxBodyBytes) }),
      'MICRO_TOO_LARGE',
    )
    assert.equal(await ask(client, 'micro.bank.large', 'still there'), null)
  })
}
