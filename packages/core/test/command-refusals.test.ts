import { afterEach, describe, expect, it } from 'vitest'
import {
  createMicro,
  defineCommand,
  defineRule,
  memoryEventStore,
  type Micro,
  MicroError,
  type MicroOptions,
  Positions,
} from '@micro/core'
import {
  account,
  accountEvents,
  accountView,
  bankSheets,
  depositMoney,
  openAccount,
  withdrawMoney,
} from './support/bank.ts'
import { capturedLogger } from './support/captured-logger.ts'
import { decorated } from './support/decorated-store.ts'
import { eventsOf } from './support/events-of.ts'

const payload = { type: 'object', properties: { account: { type: 'string' } }, required: ['account'] } as const
const tryIt = defineCommand('try it', {
  service: 'bank',
  payload,
  response: { type: 'object', properties: { done: { type: 'boolean' } }, required: ['done'] },
})

type TryRule = Parameters<
  typeof defineRule<
    { readonly account: string },
    { readonly done: boolean },
    { account: typeof account },
    Record<never, never>,
    { 'account opened': { account: string; owner: string } },
    undefined
  >
>[1]

const good: TryRule = {
  models: { account },
  emits: accountEvents as never,
  stream: (asked) => `try-${asked.account}`,
  events: (asked) => [{ type: 'account opened', data: { account: `try-${asked.account}`, owner: 'me' } }],
  respond: () => ({ done: true }),
}

let micro: Micro | undefined
afterEach(async () => {
  await micro?.stop()
})

async function started(
  rule: Partial<TryRule>,
  options: Partial<MicroOptions> = {},
): Promise<{ service: Micro; store: ReturnType<typeof memoryEventStore> }> {
  const store = memoryEventStore()
  const rules = [...(bankSheets.rules ?? []), defineRule(tryIt, { ...good, ...rule })]
  const service = createMicro({
    name: 'bank',
    store,
    modules: [capturedLogger()],
    sheets: { ...bankSheets, rules },
    ...options,
  })
  micro = service
  await service.start()
  await service.act(openAccount, { account: 'alice', owner: 'Alice' })
  return { service, store }
}

/** The refused call left nothing, and the service goes on. */
async function expectNothingWritten({ service, store }: Awaited<ReturnType<typeof started>>): Promise<void> {
  expect((await eventsOf(store)).map(({ type }) => type)).toEqual(['account opened'])
  await expect(service.act(depositMoney, { account: 'alice', amount: 5 })).resolves.toEqual({ balance: 5 })
}

type Refusal = [step: string, rule: Partial<TryRule>, code: string, message: RegExp]

const refusals: Refusal[] = [
  ['authorize answers false', { authorize: () => false }, 'MICRO_FORBIDDEN', /may not "try it"/],
  ['authorize answers nothing', { authorize: () => undefined }, 'MICRO_FORBIDDEN', /may not/],
  ['authorize answers a reason', { authorize: () => 'Only on Mondays.' }, 'MICRO_FORBIDDEN', /Only on Mondays/],
  [
    'authorize refuses after reading a row',
    { authorize: async ({ models }) => ((await models.account.get('alice')) === undefined ? true : 'Alice is here.') },
    'MICRO_FORBIDDEN',
    /Alice is here/,
  ],
  [
    'authorize throws a typed error',
    {
      authorize: () => {
        throw new MicroError('MICRO_UNAUTHENTICATED', 'Log in.')
      },
    },
    'MICRO_UNAUTHENTICATED',
    /Log in/,
  ],
  [
    'authorize throws',
    {
      authorize: () => {
        throw new RangeError('secret inside')
      },
    },
    'MICRO_INTERNAL',
    /^Something went wrong inside the service\.$/,
  ],
  ['preValidate objects', { preValidate: () => 'Not like this.' }, 'MICRO_RULE_BROKEN', /Not like this/],
  [
    'preValidate throws',
    {
      preValidate: () => {
        throw new RangeError('x')
      },
    },
    'MICRO_INTERNAL',
    /went wrong/,
  ],
  ['validate objects', { validate: () => 'Not now.' }, 'MICRO_RULE_BROKEN', /Not now/],
  [
    'validate misses a row',
    {
      validate: async (_, { models }) => {
        await models.account.require('nobody')
      },
    },
    'MICRO_NOT_FOUND',
    /no account "nobody"/,
  ],
  [
    'validate throws',
    {
      validate: () => {
        throw new RangeError('x')
      },
    },
    'MICRO_INTERNAL',
    /went wrong/,
  ],
  [
    'events proposes data that are no JSON',
    { events: () => [{ type: 'account opened', data: { account: 'x', owner: () => 'me' } as never }] },
    'MICRO_INTERNAL',
    /went wrong/,
  ],
  ['validate answers garbage', { validate: () => 42 as never }, 'MICRO_INTERNAL', /went wrong/],
  [
    'events throws a typed error',
    {
      events: () => {
        throw new MicroError('MICRO_RULE_BROKEN', 'No.')
      },
    },
    'MICRO_RULE_BROKEN',
    /No\./,
  ],
  ['events answers garbage', { events: () => 'garbage' as never }, 'MICRO_INTERNAL', /went wrong/],
  [
    'events proposes an unknown type',
    { events: () => [{ type: 'never heard of', data: {} }] as never },
    'MICRO_INTERNAL',
    /went wrong/,
  ],
  [
    'events proposes data against its schema',
    { events: () => [{ type: 'account opened', data: { account: 1 } }] as never },
    'MICRO_INTERNAL',
    /went wrong/,
  ],
  [
    'events proposes a reserved key',
    { events: () => [{ type: 'account opened', data: { account: 'a', owner: 'b', $x: 1 } }] as never },
    'MICRO_INVALID',
    /\$/,
  ],
  [
    'events names a stream that the rule does not',
    { events: () => [{ type: 'account opened', stream: 'other', data: { account: 'a', owner: 'b' } }] },
    'MICRO_INTERNAL',
    /went wrong/,
  ],
  ['stream answers garbage', { stream: () => 7 as never }, 'MICRO_INTERNAL', /went wrong/],
  ['stream makes an unprintable name', { stream: () => 'a\nb' }, 'MICRO_INVALID', /printable/],
  ['stream makes too long a name', { stream: () => 'x'.repeat(300) }, 'MICRO_TOO_LARGE', /longer than/],
  [
    'a command is called while deciding',
    {
      validate: async (_, { act }) => {
        await act(depositMoney, { account: 'alice', amount: 1 })
      },
    },
    'MICRO_INTERNAL',
    /went wrong/,
  ],
]

describe('a command that is refused', () => {
  it.each(refusals)('when %s', async (_, rule, code, message) => {
    const running = await started(rule)
    const refused = running.service.act(tryIt, { account: 'x' })
    await expect(refused).rejects.toMatchObject({
      code,
      outcome: 'none',
      service: 'bank',
      message: expect.stringMatching(message) as string,
    })
    await expectNothingWritten(running)
  })

  it.each([
    ['is missing', undefined],
    ['has the wrong type', 'text'],
    ['misses a property', {}],
    ['has a property too many', { account: 'x', more: 1 }],
    ['holds what JSON cannot', { account: Number.NaN }],
    ['holds a lone surrogate', { account: '\ud800' }],
  ])('when its payload %s', async (_, sent) => {
    const running = await started({})
    const error = await running.service.act('try it', sent).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'MICRO_INVALID',
      outcome: 'none',
      details: { problems: [{ message: expect.any(String) as string }] },
    })
    await expectNothingWritten(running)
  })

  it.each(['', 'has space', 'ünïcode', 'x'.repeat(129)])('when its command id is %j', async (commandId) => {
    const running = await started({})
    await expect(running.service.act(tryIt, { account: 'x' }, { commandId })).rejects.toMatchObject({
      code: 'MICRO_INVALID',
    })
    await expectNothingWritten(running)
  })

  it('when its position is beyond the end of the log', async () => {
    const running = await started({})
    const { positions } = await running.service.call(accountView, { account: 'alice' })
    const [store] = Object.keys(positions)
    const forged = Positions.parse(`${store}=999999`)
    await expect(running.service.act(tryIt, { account: 'x' }, { positions: forged })).rejects.toMatchObject({
      code: 'MICRO_INVALID',
      outcome: 'none',
    })
    await expectNothingWritten(running)
  })

  it.each(['authorize', 'validate', 'events'] as const)('in time when %s never answers', async (step) => {
    const running = await started({ [step]: () => new Promise<never>(() => undefined) })
    await expect(running.service.act(tryIt, { account: 'x' }, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'MICRO_TIMEOUT',
      outcome: 'none',
    })
    // The lane of the stream is free again.
    await expect(running.service.act(tryIt, { account: 'x' }, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'MICRO_TIMEOUT',
    })
    await expectNothingWritten(running)
  })

  it('when its caller goes away before the append', async () => {
    const caller = new AbortController()
    const running = await started({ validate: () => caller.abort() })
    await expect(running.service.act(tryIt, { account: 'x' }, { signal: caller.signal })).rejects.toMatchObject({
      code: 'MICRO_CANCELLED',
      outcome: 'none',
    })
    await expectNothingWritten(running)
  })

  it('when the service is at its limit', async () => {
    const running = await started({ validate: () => new Promise<never>(() => undefined) }, { concurrency: 2 })
    const first = running.service.act(tryIt, { account: 'x' }, { timeoutMs: 100 })
    const second = running.service.act(tryIt, { account: 'y' }, { timeoutMs: 100 })
    await expect(running.service.act(tryIt, { account: 'z' })).rejects.toMatchObject({
      code: 'MICRO_OVERLOADED',
      outcome: 'none',
      retryable: true,
    })
    await expect(first).rejects.toMatchObject({ code: 'MICRO_TIMEOUT' })
    await expect(second).rejects.toMatchObject({ code: 'MICRO_TIMEOUT' })
    await expectNothingWritten(running)
  })

  it('when too many wait for one stream, while others are served', async () => {
    const running = await started({ validate: () => new Promise<never>(() => undefined) }, { concurrency: 8 })
    const hot = Array.from({ length: 3 }, () =>
      running.service.act(tryIt, { account: 'hot' }, { timeoutMs: 100 }).catch((error: unknown) => error),
    )
    const codes = (await Promise.all(hot)).map((error) => (error as MicroError).code)
    expect(codes.toSorted()).toEqual(['MICRO_OVERLOADED', 'MICRO_TIMEOUT', 'MICRO_TIMEOUT'])
    await expectNothingWritten(running)
  })
})

describe('an append that fails', () => {
  it.each([
    ['MICRO_STORE_FULL', 'none'],
    ['MICRO_UNAVAILABLE', 'none'],
  ] as const)('with %s leaves nothing, and the caller is told', async (code, outcome) => {
    let fails = false
    const inner = memoryEventStore()
    const store = decorated(inner, (opened) => ({
      append: (writes) => (fails ? Promise.reject(new MicroError(code, 'No.', { outcome })) : opened.append(writes)),
    }))
    const running = await started({}, { store })
    fails = true
    await expect(running.service.act(tryIt, { account: 'x' })).rejects.toMatchObject({ code, outcome })
    fails = false
    await expectNothingWritten({ ...running, store: inner })
  })

  it('with an unknown outcome is sent again, the same batch, until it is known', async () => {
    const sent: string[] = []
    let failures = 0
    const inner = memoryEventStore()
    const store = decorated(inner, (opened) => ({
      async append(writes) {
        const isTry = writes.some(({ stream }) => stream.includes('/try-'))
        if (isTry) sent.push(JSON.stringify(writes))
        const result = await opened.append(writes)
        // Written, but the answer is lost.
        if (isTry && failures++ < 3) throw new MicroError('MICRO_UNAVAILABLE', 'Lost.', { outcome: 'unknown' })
        return result
      },
    }))
    const { service } = await started({}, { store })
    await expect(service.act(tryIt, { account: 'x' })).resolves.toEqual({ done: true })
    expect(sent).toHaveLength(4)
    expect(new Set(sent).size).toBe(1)
    expect(await eventsOf(inner)).toHaveLength(2)
  })

  it('and never answers is unknown at the deadline, and its command does not run beside it', async () => {
    let answer: () => void = () => undefined
    const silence = new Promise<void>((resolve) => (answer = resolve))
    const inner = memoryEventStore()
    const store = decorated(inner, (opened) => ({
      async append(writes) {
        if (writes.some(({ stream }) => stream.includes('/try-'))) await silence
        return opened.append(writes)
      },
    }))
    const { service } = await started({}, { store })
    const options = { commandId: 'once', timeoutMs: 60 }
    await expect(service.act(tryIt, { account: 'x' }, options)).rejects.toMatchObject({
      code: 'MICRO_TIMEOUT',
      outcome: 'unknown',
    })
    // This run left nothing, but the first one may have: who reads "none" would send the command under a new id.
    await expect(service.act(tryIt, { account: 'x' }, options)).rejects.toMatchObject({
      code: 'MICRO_TIMEOUT',
      outcome: 'unknown',
    })
    answer()
    await expect(service.call(tryIt, { account: 'x' }, { commandId: 'once' })).resolves.toMatchObject({
      response: { done: true },
      repeated: true,
    })
    expect(await eventsOf(inner)).toHaveLength(2)
  })

  it('to a store that owes too many answers is refused', async () => {
    const store = decorated(memoryEventStore(), (opened) => ({
      append: (writes) =>
        writes.some(({ stream }) => stream.includes('/try-'))
          ? new Promise<never>(() => undefined)
          : opened.append(writes),
    }))
    const { service } = await started({}, { store, unansweredAppends: 2, stopTimeoutMs: 50 })
    await Promise.allSettled(['x', 'y'].map((id) => service.act(tryIt, { account: id }, { timeoutMs: 40 })))
    await expect(service.act(tryIt, { account: 'z' })).rejects.toMatchObject({
      code: 'MICRO_OVERLOADED',
      outcome: 'none',
    })
  })
})

describe('a command that is done', () => {
  it('says so when respond throws', async () => {
    const { service, store } = await started({
      respond: () => {
        throw new RangeError('x')
      },
    })
    await expect(service.act(tryIt, { account: 'x' })).rejects.toMatchObject({
      code: 'MICRO_INTERNAL',
      outcome: 'done',
    })
    expect(await eventsOf(store)).toHaveLength(2)
  })

  it('says so when the response is not as the contract says', async () => {
    const { service, store } = await started({ respond: () => ({ done: 'yes' }) as never })
    await expect(service.act(tryIt, { account: 'x' })).rejects.toMatchObject({
      code: 'MICRO_INTERNAL',
      outcome: 'done',
    })
    expect(await eventsOf(store)).toHaveLength(2)
  })

  it.each([
    ['a function', () => ({ done: () => true })],
    [
      'a circle',
      () => {
        const circle: { done: boolean; self?: unknown } = { done: true }
        circle.self = circle
        return circle
      },
    ],
    ['not a number', () => ({ done: Number.NaN })],
  ])('says so when what respond answers holds %s: a fault of the rule, not of its caller', async (_, respond) => {
    const { service } = await started({ respond: respond as never })
    await expect(service.act(tryIt, { account: 'x' })).rejects.toMatchObject({
      code: 'MICRO_INTERNAL',
      outcome: 'done',
    })
  })

  it('says so when respond never answers', async () => {
    const { service, store } = await started({ respond: () => new Promise<never>(() => undefined) })
    await expect(service.act(tryIt, { account: 'x' }, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'MICRO_TIMEOUT',
      outcome: 'done',
    })
    expect(await eventsOf(store)).toHaveLength(2)
  })

  it('may call a command on its own stream in respond', async () => {
    const { service } = await started({
      stream: () => 'account-alice',
      events: () => [{ type: 'account opened', data: { account: 'bob', owner: 'Bob' } }],
      respond: async ({ act }) => ({ done: (await act(depositMoney, { account: 'alice', amount: 3 })).balance === 3 }),
    })
    await expect(service.act(tryIt, { account: 'x' })).resolves.toEqual({ done: true })
  })
})

describe('a reducer that fails', () => {
  it('halts its models: the command is done, later ones are refused before anything is written', async () => {
    const { service, store } = await started({
      events: () => [{ type: 'account opened', data: { account: 'alice', owner: 'again' } }],
    })
    await expect(service.act(tryIt, { account: 'x' })).rejects.toMatchObject({
      code: 'MICRO_PROJECTION_HALTED',
      outcome: 'done',
      details: { eventType: 'account opened', position: 2 },
    })
    expect(await eventsOf(store)).toHaveLength(2)
    await expect(service.act(withdrawMoney, { account: 'alice', amount: 1 })).rejects.toMatchObject({
      code: 'MICRO_PROJECTION_HALTED',
      outcome: 'none',
    })
    await expect(service.act(accountView, { account: 'alice' })).rejects.toMatchObject({
      code: 'MICRO_PROJECTION_HALTED',
      outcome: 'none',
    })
    expect(await eventsOf(store)).toHaveLength(2)
    expect(service.health()).toMatchObject({ isReady: false, status: 'started' })
  })
})
