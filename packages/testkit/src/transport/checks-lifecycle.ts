import assert from 'node:assert/strict'
import { isMicroError, type Reply, type Transport } from '@micro/core'
import { begun } from '../conformance/begun.ts'
import { rejection } from '../conformance/rejection.ts'
import { aWhile } from '../conformance/turns.ts'
import type { RegisterChecks } from './register-checks.ts'
import { ask, endpoint, gate, PATIENT, serveBody } from './transport-bench.ts'

type Call = (transport: Transport, signal?: AbortSignal) => Promise<unknown>

const SUBJECT = 'micro.bank.echo'
const DEADLINE = { deadlineMs: 30_000 }

const CANCELLABLE: Readonly<Record<string, Call>> = {
  request: (transport, signal) => transport.request(SUBJECT, { headers: {} }, { ...PATIENT, signal }),
  publish: (transport, signal) => transport.publish(SUBJECT, { headers: {} }, { signal }),
  subscribe: (transport, signal) => transport.subscribe(SUBJECT, () => undefined, { signal }),
  discover: async (transport, signal) => {
    for await (const service of transport.discover({ maxWaitMs: 100, signal })) assert.ok(service)
  },
}
const ALL: Readonly<Record<string, Call>> = {
  ...CANCELLABLE,
  serve: (transport) => transport.serve(endpoint('micro.bank.more'), async () => ({ headers: {} })),
}

/** Handles, abortion, stopping and closing. */
export const registerLifecycleChecks: RegisterChecks = ({ check }) => {
  check(['TR-HANDLES', 'TR-DRAIN'], 'closing one handle leaves the others', async (bench) => {
    const network = await bench.network()
    const [one, two, client] = [await network.open(), await network.open(), await network.open()]
    await serveBody(one, SUBJECT, () => 1)
    await serveBody(two, SUBJECT, () => 2)
    await one.close(DEADLINE)
    for (let round = 0; round < 10; round++) assert.equal(await ask(client, SUBJECT), 2)
  })

  check('TR-ISOLATED', 'two networks do not hear each other', async (bench) => {
    const [mine, yours] = [await (await bench.network()).open(), await (await bench.network()).open()]
    await serveBody(mine, SUBJECT, () => 'mine')
    await rejection(yours.request(SUBJECT, { headers: {} }, PATIENT), 'MICRO_UNAVAILABLE')
    const heard: unknown[] = []
    const { passed, pass } = gate()
    await yours.subscribe('micro.hint', ({ body }) => {
      heard.push(body)
      pass()
    })
    await mine.publish('micro.hint', { headers: {}, body: 'mine' })
    await yours.publish('micro.hint', { headers: {}, body: 'yours' })
    await passed
    assert.deepEqual(heard, ['yours'])
    for await (const service of yours.discover({ maxWaitMs: 200 })) assert.fail(`found ${service.service}`)
  })

  for (const [name, call] of Object.entries(CANCELLABLE))
    check('TR-ABORT', `${name} with an aborted signal rejects with its reason`, async (bench) => {
      const [server, client] = await bench.pair()
      await serveBody(server, SUBJECT, () => null)
      const reason = { why: 'nobody waits any more' }
      const thrown = await call(client, AbortSignal.abort(reason)).then(
        () => assert.fail('it succeeded'),
        (error: unknown) => error,
      )
      assert.equal(thrown, reason)
      await call(client, new AbortController().signal)
    })

  check('TR-ABORT', 'a waiting request rejects with the reason when it is aborted', async (bench) => {
    const [server, client] = await bench.pair()
    const [entered, leave] = [gate(), gate()]
    bench.defer(() => leave.pass())
    await serveBody(server, SUBJECT, async () => {
      entered.pass()
      await leave.passed
      return null
    })
    const controller = new AbortController()
    const reason = new Error('enough')
    const request = begun(client.request(SUBJECT, { headers: {} }, { ...PATIENT, signal: controller.signal }))
    await entered.passed
    controller.abort(reason)
    await assert.rejects(request, (error) => error === reason)
  })

  for (const [name, call] of Object.entries(ALL))
    check('TR-CLOSED', `${name} on a closed handle rejects`, async (bench) => {
      const [server, client] = await bench.pair()
      await serveBody(server, SUBJECT, () => null)
      await Promise.all([client.close(DEADLINE), client.close(DEADLINE)])
      await client.close(DEADLINE)
      assert.equal((await rejection(call(client), 'MICRO_UNAVAILABLE')).outcome, 'none')
    })

  check('TR-STOP', 'in-flight handlers finish, nothing new comes in', async (bench) => {
    const [server, client] = await bench.pair()
    const [entered, leave] = [gate(), gate()]
    let calls = 0
    const stop = await serveBody(server, SUBJECT, async () => {
      calls++
      entered.pass()
      await leave.passed
      return 'finished'
    })
    const reply = begun(ask(client, SUBJECT))
    await entered.passed
    const stopped = begun(Promise.all([stop(), stop()]))
    await aWhile()
    leave.pass()
    await stopped
    await rejection(client.request(SUBJECT, { headers: {} }, PATIENT), 'MICRO_UNAVAILABLE')
    assert.equal(await reply, 'finished')
    assert.equal(calls, 1)
    await stop()
    await serveBody(server, SUBJECT, () => 'again')
    assert.equal(await ask(client, SUBJECT), 'again')
  })

  check('TR-DRAIN', 'in-flight handlers finish, ask others, and their replies arrive', async (bench) => {
    const network = await bench.network()
    const [server, helper, client] = [await network.open(), await network.open(), await network.open()]
    const [entered, leave] = [gate(), gate()]
    await serveBody(helper, 'micro.helper.help', () => 'helped')
    await serveBody(server, SUBJECT, async () => {
      entered.pass()
      await leave.passed
      return (await ask(server, 'micro.helper.help')) ?? null
    })
    const replies = Array.from({ length: 20 }, () => begun(ask(client, SUBJECT)))
    await entered.passed
    const closed = begun(server.close(DEADLINE))
    await rejection(
      server.serve(endpoint('micro.bank.more'), async () => ({ headers: {} })),
      'MICRO_UNAVAILABLE',
    )
    await aWhile()
    leave.pass()
    await closed
    assert.deepEqual(new Set(await Promise.all(replies)), new Set(['helped']))
    await rejection(client.request(SUBJECT, { headers: {} }, PATIENT), 'MICRO_UNAVAILABLE')
  })

  check('TR-DRAIN', 'a rolling restart under load loses no request', async (bench) => {
    const network = await bench.network()
    const client = await network.open()
    const start = async (): Promise<Transport> => {
      const server = await network.open()
      await serveBody(server, SUBJECT, async (body) => {
        await aWhile()
        return body
      })
      return server
    }
    let servers = [await start(), await start()]
    let isLoaded = true
    const load = async (): Promise<void> => {
      for (let number = 0; isLoaded; number++) assert.equal(await ask(client, SUBJECT, number), number)
    }
    const callers = begun(Promise.all(Array.from({ length: 8 }, load)))
    for (let restart = 0; restart < bench.scaled(50); restart++) {
      const [oldest, ...rest] = servers
      servers = [...rest, await start()]
      await oldest?.close(DEADLINE)
    }
    isLoaded = false
    await callers
  })

  check('TR-DEADLINE', 'close ends at the deadline and who waited hears of it', async (bench) => {
    const [server, client] = await bench.pair()
    const [entered, leave] = [gate(), gate()]
    bench.defer(() => leave.pass())
    await serveBody(server, SUBJECT, async () => {
      entered.pass()
      await leave.passed
      return null
    })
    // Which error depends on whether the transport notices or only the time-out does; nobody knows what the handler did.
    const outcome = outcomeOf(client.request(SUBJECT, { headers: {} }, { timeoutMs: 3000 }))
    await entered.passed
    await server.close({ deadlineMs: 10 })
    assert.equal(await outcome, 'unknown')
  })

  check('TR-DEADLINE', 'closing ends own requests that still wait', async (bench) => {
    const [server, client] = await bench.pair()
    const [entered, leave] = [gate(), gate()]
    bench.defer(() => leave.pass())
    await serveBody(server, SUBJECT, async () => {
      entered.pass()
      await leave.passed
      return null
    })
    // Longer than the patience of the check: only the close ends it.
    const outcome = outcomeOf(client.request(SUBJECT, { headers: {} }, { timeoutMs: 600_000 }))
    await entered.passed
    await client.close({ deadlineMs: 10 })
    assert.equal(await outcome, 'unknown')
  })
}

async function outcomeOf(request: Promise<Reply>): Promise<string> {
  try {
    const { error } = await request
    return error?.outcome ?? 'answered'
  } catch (error) {
    return isMicroError(error) ? error.outcome : String(error)
  }
}
