import { afterEach, describe, expect, it } from 'vitest'
import { defineModule, isMicroError, type EventStoreProvider, type Logger, memoryTransport } from '@micro/core'
import { startMicro, type StartedMicro, type StartMicroOptions } from '../src/index.ts'
import { accountReducer, accountView, bankSheets, depositMoney, openAccount, withdrawMoney } from './support/bank.ts'

const started: StartedMicro[] = []
afterEach(async () => {
  for (const micro of started.splice(0).toReversed()) await micro.stop()
})

async function start(options: Partial<StartMicroOptions> = {}): Promise<StartedMicro> {
  const micro = await startMicro({ name: 'bank', sheets: bankSheets, ...options })
  started.push(micro)
  return micro
}

describe('startMicro', () => {
  it('starts a service on memory adapters with a fake clock', async () => {
    const bank = await start({ startAt: 1000 })
    await bank.act(openAccount, { account: 'a', owner: 'ann' })
    await expect(bank.act(depositMoney, { account: 'a', amount: 5 })).resolves.toEqual({ balance: 5 })
    expect((await bank.events()).map(({ type, time }) => [type, time])).toEqual([
      ['account opened', '1970-01-01T00:00:01.000Z'],
      ['money deposited', '1970-01-01T00:00:01.000Z'],
    ])
    const { response, commandId } = await bank.call(accountView, { account: 'a' })
    expect(response).toMatchObject({ balance: 5 })
    expect(commandId).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('keeps what the service logs', async () => {
    const bank = await start({
      prepare: (micro) =>
        micro.add('break', () => {
          throw new RangeError('broken inside')
        }),
    })
    await expect(bank.act('break')).rejects.toMatchObject({ code: 'MICRO_INTERNAL' })
    expect(bank.log.of('error')).toMatchObject([
      { message: 'an action failed', fields: { err: { message: 'broken inside' }, action: 'break' } },
    ])
    expect(bank.log.lines.map(({ message }) => message)).toContain('bank has started')
    bank.log.clear()
    expect(bank.log.lines).toEqual([])
  })

  it("leaves a service's own logger in place", async () => {
    const lines: string[] = []
    const ignore = (): void => undefined
    const logger: Logger = {
      trace: ignore,
      debug: ignore,
      info: (_, message) => void lines.push(message),
      warn: ignore,
      error: ignore,
      fatal: ignore,
      child: () => logger,
      flush: async () => undefined,
    }
    const own = defineModule<Logger>({ name: 'own log', provides: 'logger', create: () => logger })
    const bank = await start({ modules: [own] })
    expect(lines).toContain('bank has started')
    expect(bank.log.lines).toEqual([])
  })

  it('lets time go on while a call waits, so that time-outs need no advance', async () => {
    const bank = await start({ prepare: (micro) => micro.add('never end', () => new Promise(() => undefined)) })
    await expect(bank.act('never end', undefined, { timeoutMs: 3_000 })).rejects.toMatchObject({
      code: 'MICRO_TIMEOUT',
    })
    expect(bank.runtime.monotonic()).toBe(3_000)
  })

  it('lets a test move time itself', async () => {
    const bank = await start({
      autoAdvance: false,
      prepare: (micro) => micro.add('never end', () => new Promise(() => undefined)),
    })
    let code: string | undefined
    const call = bank.act('never end', undefined, { timeoutMs: 3_000 }).catch((error: unknown) => {
      code = isMicroError(error) ? error.code : 'none'
    })
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(bank.runtime.monotonic()).toBe(0)
    await bank.advance(2_999)
    expect(code).toBeUndefined()
    await bank.advance(1)
    expect(code).toBe('MICRO_TIMEOUT')
    await call
  })

  it('stops once, also by await using, and its port handles are closed', async () => {
    const bank = await startMicro({ name: 'bank', sheets: bankSheets })
    await bank[Symbol.asyncDispose]()
    await expect(bank.events()).rejects.toMatchObject({ code: 'MICRO_UNAVAILABLE' })
    await expect(bank.act(accountView, { account: 'a' })).rejects.toMatchObject({ code: 'MICRO_UNAVAILABLE' })
    await bank.stop()
    expect(bank.runtime.pendingTimers).toBe(0)
  })

  it('shares clock and data with a second service that is given them', async () => {
    const bank = await start({ transport: memoryTransport() })
    const shop = await start({
      name: 'shop',
      sheets: {},
      runtime: bank.runtime,
      transport: bank.transport,
      store: bank.store,
      prepare: (micro) => micro.add('pay', ({ by }, { act }) => act(withdrawMoney, { account: by, amount: 2 })),
    })
    await bank.act(openAccount, { account: 'a', owner: 'ann' })
    await bank.act(depositMoney, { account: 'a', amount: 5 })
    await expect(shop.act('pay', { by: 'a' })).resolves.toEqual({ balance: 3 })
    expect(await shop.events()).toEqual(await bank.events())
    expect(shop.seed).toBe(bank.seed)
  })

  it('reports wiring mistakes as createMicro does', async () => {
    await expect(
      startMicro({ name: 'bank', sheets: { reducers: [accountReducer, accountReducer] } }),
    ).rejects.toMatchObject({ code: 'MICRO_WIRING' })
    await expect(startMicro({ name: 'bank', nonsense: 1 } as never)).rejects.toMatchObject({ code: 'MICRO_WIRING' })
  })
})

/** A store whose subscriptions deliver only after a while. */
function slow(provider: EventStoreProvider, delayMs: number): EventStoreProvider {
  return {
    ...provider,
    open: async (host) => {
      const store = await provider.open(host)
      return {
        id: store.id,
        append: (writes) => store.append(writes),
        readStream: (stream, options) => store.readStream(stream, options),
        readAll: (options) => store.readAll(options),
        head: (options) => store.head(options),
        close: () => store.close(),
        async *subscribe(options) {
          for await (const batch of store.subscribe(options)) {
            if (batch.events.length > 0) await new Promise<void>((resolve) => host.runtime.setTimer(delayMs, resolve))
            yield batch
          }
        },
      }
    },
  }
}

describe('settled', () => {
  it('waits for calls that nobody awaits, and for models that lag', async () => {
    const first = await start()
    const lagging = await start({ runtime: first.runtime, store: slow(first.store, 200) })
    await first.act(openAccount, { account: 'a', owner: 'ann' })
    const call = lagging.micro.act(accountView, { account: 'a' })
    await expect(call).rejects.toMatchObject({ code: 'MICRO_NOT_FOUND' })
    let balance: unknown
    void first.act(depositMoney, { account: 'a', amount: 5 }).then((answer) => (balance = answer))
    await lagging.settled()
    await expect(lagging.micro.act(accountView, { account: 'a' })).resolves.toMatchObject({ balance: 5 })
    await first.settled()
    expect(balance).toEqual({ balance: 5 })
    expect(first.runtime.monotonic()).toBe(400)
  })

  it('waits for a call until it has its answer', async () => {
    const bank = await start({
      autoAdvance: false,
      prepare: (micro) =>
        micro.add(
          'wait',
          () => new Promise<string>((resolve) => void bank.runtime.setTimer(700, () => resolve('done'))),
        ),
    })
    let answer: unknown
    void bank.act('wait').then((given) => (answer = given))
    await bank.settled()
    expect(answer).toBe('done')
    expect(bank.runtime.monotonic()).toBe(700)
  })

  it('waits for what others ask over the transport', async () => {
    const bank = await start({
      prepare: (micro) =>
        micro.add(
          'wait',
          () => new Promise<string>((resolve) => void bank.runtime.setTimer(300, () => resolve('done'))),
        ),
    })
    const shop = await start({ name: 'shop', sheets: {}, runtime: bank.runtime, transport: bank.transport })
    let answer: unknown
    void shop.micro.act('wait').then((given) => (answer = given))
    await bank.settled()
    expect(bank.runtime.monotonic()).toBe(300)
    await bank.runtime.settle()
    expect(answer).toBe('done')
  })

  it('says what a model that has halted says, and the seed', async () => {
    const broken = {
      ...accountReducer,
      on: {
        ...accountReducer.on,
        'account opened': () => {
          throw new Error('cannot')
        },
      },
    }
    const bank = await start({ seed: 77, sheets: { ...bankSheets, reducers: [broken] } })
    await expect(bank.act(openAccount, { account: 'a', owner: 'ann' })).rejects.toMatchObject({
      code: 'MICRO_PROJECTION_HALTED',
    })
    bank.runtime.setTimer(100, () => undefined)
    await expect(bank.settled()).rejects.toThrow(
      /does not settle \(seed 77\)[^]*cannot take the event "account opened"/,
    )
    expect(bank.runtime.monotonic()).toBe(0)
  })

  it('gives up on a call that never ends, and names it', async () => {
    const bank = await start({
      seed: 78,
      autoAdvance: false,
      prepare: (micro) => micro.add('never end', () => new Promise(() => undefined)),
    })
    const given = Promise.allSettled([bank.act('never end', undefined, { timeoutMs: 3_600_000 })])
    await expect(bank.settled()).rejects.toThrow(/does not settle \(seed 78\)[^]*the call of "never end" is under way/)
    await bank.stop()
    expect(await given).toMatchObject([{ status: 'rejected', reason: { code: 'MICRO_UNAVAILABLE' } }])
  })
})
