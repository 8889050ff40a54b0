import assert from 'node:assert/strict'
import { MicroError, type Reply } from '@micro/core'
import type { RegisterChecks } from './register-checks.ts'
import { ask, endpoint, errorOf, PATIENT, serveBody } from './transport-bench.ts'

/** Failing handlers, failing subscribers, and callers that do it wrong. */
export const registerErrorChecks: RegisterChecks = ({ check }) => {
  check('TR-ERROR', 'a typed error keeps its code, message, details, outcome and service', async (bench) => {
    const [server, client] = await bench.pair()
    await serveBody(server, 'micro.bank.refuse', () => {
      throw new MicroError('MICRO_RULE_BROKEN', 'Not enough money.', {
        details: { reason: 'balance' },
        cause: new Error('inner secret'),
        outcome: 'done',
        retryable: true,
        correlationId: 'c-1',
      })
    })
    const reply = await client.request('micro.bank.refuse', { headers: {} }, PATIENT)
    assert.deepEqual(errorOf(reply, 'MICRO_RULE_BROKEN'), {
      code: 'MICRO_RULE_BROKEN',
      message: 'Not enough money.',
      details: { reason: 'balance' },
      retryable: true,
      outcome: 'done',
      service: 'bank',
      correlationId: 'c-1',
    })
    assert.equal(reply.body, undefined)
  })

  check('TR-ERROR', 'another error is MICRO_INTERNAL and tells nothing of the inside', async (bench) => {
    const [server, client] = await bench.pair()
    const thrown: readonly unknown[] = [
      new Error('inner secret'),
      new TypeError('inner secret'),
      'inner secret',
      undefined,
      null,
      { code: 'MICRO_CONFLICT' },
    ]
    let next = 0
    await server.serve(endpoint('micro.bank.throw'), () => {
      throw thrown[next++]
    })
    await server.serve(endpoint('micro.bank.reject'), () => Promise.reject(thrown[next++] as Error))
    for (const subject of ['micro.bank.throw', 'micro.bank.reject']) {
      next = 0
      for (const _ of thrown) {
        const reply = await client.request(subject, { headers: {} }, PATIENT)
        errorOf(reply, 'MICRO_INTERNAL')
        assert.doesNotMatch(JSON.stringify(reply), /inner secret|stack|\.ts:/)
      }
    }
  })

  check('TR-ERROR', 'an error that a handler answers arrives as it is, with headers', async (bench) => {
    const [server, client] = await bench.pair()
    const error = {
      code: 'MICRO_FORBIDDEN',
      message: 'No.',
      retryable: false,
      outcome: 'none',
      details: { reason: 'who?' },
    } as const
    await server.serve(endpoint('micro.bank.forbid'), async () => ({ headers: { 'micro-position': 'log=3' }, error }))
    const reply = await client.request('micro.bank.forbid', { headers: {} }, PATIENT)
    assert.deepEqual(errorOf(reply, 'MICRO_FORBIDDEN'), error)
    assert.equal(reply.headers['micro-position'], 'log=3')
  })

  check('TR-ERROR', 'a reply that is none is answered as an error at once', async (bench) => {
    const [server, client] = await bench.pair()
    const cyclic: { self?: unknown } = {}
    cyclic.self = cyclic
    const garbage: readonly unknown[] = [
      undefined,
      null,
      7,
      'text',
      { headers: {}, body: 7n },
      { headers: {}, body: cyclic },
      { body: 1 },
    ]
    let next = 0
    await server.serve(endpoint('micro.bank.garbage'), async () => garbage[next++] as Reply)
    await serveBody(server, 'micro.bank.fine', () => 'fine')
    for (const _ of garbage) {
      const reply = await client.request('micro.bank.garbage', { headers: {} }, PATIENT)
      assert.equal(errorOf(reply, 'MICRO_INTERNAL').outcome, 'unknown', 'its handler has run')
    }
    assert.equal(await ask(client, 'micro.bank.fine'), 'fine')
  })

  check('TR-TYPE-ERROR', 'malformed calls are refused before anything is sent', async (bench) => {
    const [server, client] = await bench.pair()
    let calls = 0
    await serveBody(server, 'micro.bank.count', () => ++calls)
    await client.subscribe('micro.bank.count', () => void calls++)
    const subjects = ['', ' ', 'a b', 'a..b', '.a', 'a.', 'a.*', 'a.>', '>', 'a\nb', 7, undefined] as readonly string[]
    for (const subject of subjects) {
      const told = JSON.stringify(subject)
      await assert.rejects(async () => client.request(subject, { headers: {} }, PATIENT), TypeError, told)
      await assert.rejects(async () => client.publish(subject, { headers: {} }), TypeError, told)
      await assert.rejects(async () => client.subscribe(subject, () => undefined), TypeError, told)
      await assert.rejects(
        async () => client.serve(endpoint('x', { subject }), async () => ({ headers: {} })),
        TypeError,
        told,
      )
    }
    for (const headers of [{ 'a b': '1' }, { '': '1' }, { 'a:b': '1' }, { a: '1\r\nb: 2' }, { a: 1 as never }]) {
      const told = JSON.stringify(headers)
      await assert.rejects(async () => client.request('micro.bank.count', { headers }, PATIENT), TypeError, told)
      await assert.rejects(async () => client.publish('micro.bank.count', { headers }), TypeError, told)
    }
    for (const timeoutMs of [-1, Number.NaN, Infinity, '5' as never, undefined as never])
      await assert.rejects(async () => client.request('micro.bank.count', { headers: {} }, { timeoutMs }), TypeError)
    await assert.rejects(
      async () => client.request('micro.bank.count', { headers: {}, body: 7n as never }, PATIENT),
      TypeError,
    )
    assert.equal(await ask(client, 'micro.bank.count'), 1, 'nothing was sent before')
  })
}
