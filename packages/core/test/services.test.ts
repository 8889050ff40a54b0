import { afterEach, describe, expect, it } from 'vitest'
import {
  createMicro,
  defineCommand,
  defineViewContract,
  defineView,
  defineRule,
  identityOf,
  memoryEventStore,
  memoryTransport,
  type Micro,
  MicroError,
  type MicroOptions,
  Positions,
  type Runtime,
  systemRuntime,
  toWireError,
  type TransportProvider,
} from '@micro/core'
import { account, accountView, bankSheets, depositMoney, openAccount, withdrawMoney } from './support/bank.ts'
import { capturedLogger } from './support/captured-logger.ts'
import { Gate, lagging } from './support/decorated-store.ts'

const running: Micro[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((micro) => micro.stop()))
})

async function started(micro: Micro): Promise<Micro> {
  running.push(micro)
  await micro.start()
  return micro
}

const service = (options: Partial<MicroOptions>): Micro =>
  createMicro({ name: 'bank', modules: [capturedLogger()], ...options })

describe('two services on one transport', () => {
  it('call each other by contract and by name, each on its own log', async () => {
    const transport = memoryTransport()
    await started(service({ transport, sheets: bankSheets }))
    const desk = await started(
      service({ name: 'desk', transport }).add('welcome', async ({ name }: { name: string }, { act }) => {
        await act(openAccount, { account: name, owner: name })
        return act('deposit money', { account: name, amount: 10 })
      }),
    )
    await expect(desk.act('welcome', { name: 'alice' })).resolves.toEqual({ balance: 10 })
    await expect(desk.act(accountView, { account: 'alice' })).resolves.toMatchObject({ balance: 10 })
  })

  it('tell a caller that goes away what may have come of its call', async () => {
    const transport = memoryTransport()
    const asked = new Promise<void>((resolve) => {
      void started(
        service({ transport, stopTimeoutMs: 10 }).add('take your time', () => {
          resolve()
          return new Promise<never>(() => undefined)
        }),
      )
    })
    const desk = await started(service({ name: 'desk', transport, stopTimeoutMs: 10 }))
    const caller = new AbortController()
    const address = { service: 'bank', name: 'take your time' }
    const call = desk.act(address, undefined, { signal: caller.signal, commandId: 'once' })
    await asked
    caller.abort(new Error('I have seen enough.'))
    await expect(call).rejects.toMatchObject({
      code: 'MICRO_CANCELLED',
      outcome: 'unknown',
      cause: { message: 'I have seen enough.' },
    })
    const gone = desk.act(address, undefined, { signal: caller.signal })
    await expect(gone).rejects.toMatchObject({ code: 'MICRO_CANCELLED', outcome: 'none' })
  })

  it('tell a caller in its time that nobody was reached, without a pause that outlasts it', async () => {
    let now = 0
    const pauses: number[] = []
    const runtime: Runtime = {
      ...systemRuntime(),
      monotonic: () => now,
      random: () => 1,
      setTimer: (ms, callback) => {
        const timer = setImmediate(() => {
          now += ms
          pauses.push(ms)
          callback()
        })
        return { cancel: () => clearImmediate(timer) }
      },
    }
    const desk = await started(service({ name: 'desk', runtime, transport: memoryTransport() }))
    pauses.splice(0)
    const begun = now
    const call = desk.act({ service: 'bank', name: 'account' }, undefined, { timeoutMs: 25 })
    await expect(call).rejects.toMatchObject({ code: 'MICRO_UNAVAILABLE', outcome: 'none' })
    expect([pauses, now - begun]).toEqual([[10], 10])
  })

  it('stop in their time though calls from elsewhere do not end', async () => {
    const transport = memoryTransport()
    let asked: () => void = () => undefined
    const isAsked = new Promise<void>((resolve) => (asked = resolve))
    const bank = await started(
      service({ transport, stopTimeoutMs: 20 }).add('never end', () => {
        asked()
        return new Promise<never>(() => undefined)
      }),
    )
    const desk = await started(service({ name: 'desk', transport }))
    const call = desk.act({ service: 'bank', name: 'never end' }, undefined, { timeoutMs: 600_000 })
    const told = call.catch((error: unknown) => error)
    await isAsked
    await bank.stop()
    expect(await told).toMatchObject({ code: 'MICRO_UNAVAILABLE' })
  })

  it('share one log without seeing each other in their models', async () => {
    const transport = memoryTransport()
    const store = memoryEventStore()
    const bank = await started(service({ transport, store, sheets: bankSheets }))
    const otherOpen = defineCommand('open account', {
      service: 'other bank',
      payload: {
        type: 'object',
        properties: { account: { type: 'string' }, owner: { type: 'string' } },
        required: ['account', 'owner'],
      },
    })
    const otherView = defineViewContract('account', {
      service: 'other bank',
      payload: { type: 'object', properties: { account: { type: 'string' } }, required: ['account'] },
    })
    const [openRule] = bankSheets.rules ?? []
    if (openRule === undefined) throw new Error('no rule')
    const sheets = {
      rules: [
        defineRule(otherOpen, {
          models: { account },
          emits: openRule.emits as never,
          stream: ({ account: id }) => `account-${id}`,
          events: (data) => [{ type: 'account opened', data }] as never,
        }),
      ],
      reducers: bankSheets.reducers ?? [],
      views: [
        defineView(otherView, {
          models: { account },
          query: (payload, { models }) => models.account.get(payload.account),
        }),
      ],
    }
    const other = await started(service({ name: 'other bank', transport, store, sheets }))
    await bank.act(openAccount, { account: 'alice', owner: 'Alice' })
    await expect(other.act(otherView, { account: 'alice' })).resolves.toBeUndefined()
    await other.act(otherOpen, { account: 'alice', owner: 'Other Alice' })
    await expect(bank.act(accountView, { account: 'alice' })).resolves.toMatchObject({ owner: 'Alice' })
    await expect(bank.act(otherView, { account: 'alice' })).resolves.toMatchObject({ owner: 'Other Alice' })
  })

  it('refuse a bare name that two of them have, and list them', async () => {
    const transport = memoryTransport()
    for (const name of ['north', 'south']) await started(service({ name, transport }).add('say hello', () => name))
    const caller = await started(service({ name: 'caller', transport }))
    await expect(caller.act('say hello')).rejects.toMatchObject({
      code: 'MICRO_INVALID',
      message: expect.stringMatching(/north, south/) as string,
    })
    await expect(caller.act('say bye')).rejects.toMatchObject({ code: 'MICRO_NOT_FOUND' })
  })

  it('carry typed errors with code, details, outcome and service, and nothing from inside', async () => {
    const transport = memoryTransport()
    await started(
      service({ transport, sheets: bankSheets }).add('break', () => {
        throw new RangeError('password hunter2')
      }),
    )
    const caller = await started(service({ name: 'caller', transport }))
    await expect(caller.act(depositMoney, { account: 'alice', amount: 0 })).rejects.toMatchObject({
      code: 'MICRO_INVALID',
      service: 'bank',
      details: { problems: [{ path: '/amount' }] },
    })
    await expect(caller.act(withdrawMoney, { account: 'nobody', amount: 1 })).rejects.toMatchObject({
      code: 'MICRO_NOT_FOUND',
      outcome: 'none',
    })
    const error = await caller.act('break').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'MICRO_INTERNAL' })
    expect(JSON.stringify(toWireError(error))).not.toMatch(/hunter2|RangeError|\.ts/)
  })

  it('give a nested command the same id for every repeat of its parent', async () => {
    const transport = memoryTransport()
    const store = memoryEventStore()
    const bank = await started(service({ transport, store, sheets: bankSheets }))
    await bank.act(openAccount, { account: 'alice', owner: 'Alice' })
    const desk = await started(
      service({ name: 'desk', transport }).add('pay twice', async (_: unknown, { act }) => {
        await act(depositMoney, { account: 'alice', amount: 1 })
        return act(depositMoney, { account: 'alice', amount: 1 })
      }),
    )
    await desk.act('pay twice', {}, { commandId: 'once' })
    await desk.act('pay twice', {}, { commandId: 'once' })
    await expect(bank.act(accountView, { account: 'alice' })).resolves.toMatchObject({ balance: 2 })
  })

  it('try again what left nothing behind, and only that', async () => {
    const inner = memoryTransport()
    let failures: MicroError[] = []
    let requests = 0
    const transport: TransportProvider = {
      ...inner,
      async open(host) {
        const opened = await inner.open(host)
        return new Proxy(opened, {
          get(target, key) {
            const value: unknown = Reflect.get(target, key, target)
            if (key === 'request')
              return (...args: Parameters<typeof target.request>) => {
                requests++
                const failure = failures.shift()
                return failure === undefined ? target.request(...args) : Promise.reject(failure)
              }
            return typeof value === 'function' ? value.bind(target) : value
          },
        })
      },
    }
    await started(service({ transport, sheets: bankSheets }))
    const caller = await started(service({ name: 'caller', transport }))
    failures = [new MicroError('MICRO_UNAVAILABLE', 'No.'), new MicroError('MICRO_OVERLOADED', 'No.')]
    await expect(caller.act(openAccount, { account: 'alice', owner: 'Alice' })).resolves.toEqual({ balance: 0 })
    expect(requests).toBe(3)
    failures = [new MicroError('MICRO_TIMEOUT', 'No.', { outcome: 'unknown' })]
    await expect(caller.act(depositMoney, { account: 'alice', amount: 1 })).rejects.toMatchObject({
      code: 'MICRO_TIMEOUT',
      outcome: 'unknown',
    })
    expect(requests).toBe(4)
    // With the same id nothing is known until a run of it says that it is done.
    const id = { commandId: 'once' }
    const ask = () => caller.act(depositMoney, { account: 'alice', amount: 1 }, id)
    failures = [
      new MicroError('MICRO_TIMEOUT', 'No.', { outcome: 'unknown' }),
      new MicroError('MICRO_FORBIDDEN', 'No.'),
    ]
    await expect(ask()).rejects.toMatchObject({ outcome: 'unknown' })
    await expect(ask()).rejects.toMatchObject({ code: 'MICRO_FORBIDDEN', outcome: 'unknown' })
    await expect(ask()).resolves.toEqual({ balance: 1 })
    failures = [new MicroError('MICRO_FORBIDDEN', 'No.')]
    await expect(ask()).rejects.toMatchObject({ code: 'MICRO_FORBIDDEN', outcome: 'none' })
  })
})

describe('positions', () => {
  it('make a lagging instance wait until it can show what the caller has seen', async () => {
    const store = memoryEventStore()
    const gate = new Gate()
    const near = await started(service({ store, sheets: bankSheets }))
    const far = await started(service({ store: lagging(store, gate), sheets: bankSheets }))
    await near.act(openAccount, { account: 'alice', owner: 'Alice' })
    await far.act(depositMoney, { account: 'alice', amount: 1 })
    gate.shut()
    const positions = new Positions()
    await near.act(depositMoney, { account: 'alice', amount: 10 }, { positions })
    expect(positions.toString()).toMatch(/^[^=]+=3$/)
    const seen = far.act(accountView, { account: 'alice' }, { positions })
    gate.open()
    await expect(seen).resolves.toMatchObject({ balance: 11 })
  })

  it('that an instance cannot reach in time leave nothing behind', async () => {
    const store = memoryEventStore()
    const gate = new Gate()
    const near = await started(service({ store, sheets: bankSheets }))
    const far = await started(service({ store: lagging(store, gate), sheets: bankSheets, stopTimeoutMs: 50 }))
    await near.act(openAccount, { account: 'alice', owner: 'Alice' })
    await far.act(depositMoney, { account: 'alice', amount: 1 })
    gate.shut()
    const positions = new Positions()
    await near.act(depositMoney, { account: 'alice', amount: 10 }, { positions })
    await expect(
      far.act(depositMoney, { account: 'alice', amount: 1 }, { positions, timeoutMs: 50 }),
    ).rejects.toMatchObject({ code: 'MICRO_TIMEOUT', outcome: 'none' })
    gate.open()
  })

  it('move on with refusals too, and those of other logs are carried on', async () => {
    const micro = await started(service({ sheets: bankSheets }))
    await micro.act(openAccount, { account: 'alice', owner: 'Alice' })
    const positions = Positions.parse('other-log=42')
    await expect(micro.act(withdrawMoney, { account: 'alice', amount: 1 }, { positions })).rejects.toMatchObject({
      code: 'MICRO_RULE_BROKEN',
    })
    expect(positions.toJSON()).toMatchObject({ 'other-log': 42 })
    expect(Object.values(positions.toJSON())).toEqual([42, 1])
  })

  it.each([
    'x',
    'x=',
    '=1',
    'x=1=2',
    'x=-1',
    'x=1.5',
    'x=99999999999999999',
    Array.from({ length: 17 }, (_, at) => `s${at}=1`).join(','),
  ])('refuse the header %j', (header) => {
    expect(() => Positions.parse(header)).toThrow(MicroError)
  })
})

describe('identity', () => {
  it('is inherited by nested calls and cannot be changed there', async () => {
    const seen: (string | undefined)[] = []
    const micro = await started(
      service({})
        .add('outer', (_: unknown, { act }) => act('inner', {}, { identity: identityOf('mallory') }))
        .add('inner', (_: unknown, { identity }) => void seen.push(identity.subject)),
    )
    await micro.act('outer', {}, { identity: identityOf('alice') })
    await micro.act('outer', {})
    expect(seen).toEqual(['alice', undefined])
  })
})
