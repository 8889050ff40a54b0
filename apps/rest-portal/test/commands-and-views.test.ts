import { isMicroError, type Micro } from '@micro/core'
import { expect, it } from 'vitest'
import { makeBank } from './support/bank.ts'
import { codeOf, openPortal, problemOf } from './support/portal.ts'

it('runs a command and answers with its response, its id and its position', async () => {
  await using bank = await openPortal()
  const opened = await bank.post('/commands/open-account', { account: 'a', owner: 'Ann' })
  expect([opened.status, opened.text]).toEqual([204, ''])
  const paid = await bank.post('/commands/deposit-money', { account: 'a', amount: 500 }, { 'idempotency-key': 'first' })
  expect([paid.status, paid.body]).toEqual([200, { account: 'a', owner: 'Ann', balance: 500 }])
  expect(paid.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(paid.headers.get('micro-command-id')).toBe('first')
  expect(paid.headers.get('micro-position')).toMatch(/^[^=]+=2$/)
  expect(paid.headers.get('micro-repeated')).toBeNull()
})

it('does a command once for one Idempotency-Key, and says that the second answer is a repeat', async () => {
  await using bank = await openPortal()
  await bank.post('/commands/open-account', { account: 'a', owner: 'Ann' })
  const deposit = () =>
    bank.post('/commands/deposit-money', { account: 'a', amount: 500 }, { 'idempotency-key': 'once' })
  const [first, second] = [await deposit(), await deposit()]
  expect(second.body).toEqual(first.body)
  expect(second.headers.get('micro-repeated')).toBe('true')
  const other = await bank.post('/commands/deposit-money', { account: 'a', amount: 1 }, { 'idempotency-key': 'once' })
  expect(codeOf(other)).toEqual([422, 'MICRO_ID_REUSED'])
  expect((await bank.get('/views/account?account=a')).body).toMatchObject({ balance: 500 })
})

it('tells the id of a command that had none, so that it can be sent again', async () => {
  await using bank = await openPortal()
  const refused = await bank.post('/commands/deposit-money', { account: 'nobody', amount: 500 })
  expect(codeOf(refused)).toEqual([404, 'MICRO_NOT_FOUND'])
  expect(refused.headers.get('micro-command-id')).toMatch(/^[0-9a-f-]{36}$/)
})

it.each([[''], [' '], ['a b'], ['ü'], ['x'.repeat(129)], ['a, b']])('refuses the Idempotency-Key %j', async (key) => {
  await using bank = await openPortal()
  const answer = await bank.post('/commands/open-account', { account: 'a', owner: 'Ann' }, { 'idempotency-key': key })
  expect(codeOf(answer)).toEqual([400, 'MICRO_INVALID'])
  expect(problemOf(answer).detail).toContain('Idempotency-Key')
})

it('refuses what a rule refuses in the words of the rule, with the position that the refusal is about', async () => {
  await using bank = await openPortal()
  await bank.post('/commands/open-account', { account: 'a', owner: 'Ann' })
  const refused = await bank.post('/commands/withdraw-money', { account: 'a', amount: 1 })
  expect(problemOf(refused)).toEqual({
    type: 'urn:micro:problem:rule-broken',
    title: 'A rule does not allow this',
    status: 422,
    detail: 'There is not enough money.',
    code: 'MICRO_RULE_BROKEN',
    outcome: 'none',
    retryable: false,
    details: { reason: 'There is not enough money.' },
    correlationId: refused.headers.get('micro-correlation-id'),
  })
  expect(refused.headers.get('micro-position')).toMatch(/=1$/)
})

it('answers views by GET and by POST, and never coerces a payload', async () => {
  await using bank = await openPortal()
  await bank.post('/commands/open-account', { account: '5', owner: 'Ann' })
  for (const answer of [
    await bank.get('/views/account?account=5'),
    await bank.post('/views/account', { account: '5' }),
  ])
    expect([answer.status, answer.body]).toEqual([200, { account: '5', owner: 'Ann', balance: 0 }])
  const views = [{ account: 5 }, { account: null }, { account: ['5'] }, {}, { account: '5', x: 1 }, 5, null, []]
  for (const payload of views)
    expect(codeOf(await bank.post('/views/account', payload))).toEqual([400, 'MICRO_INVALID'])
  for (const amount of ['5', true, null, [5], 5.5, 1e21, {}])
    expect(codeOf(await bank.post('/commands/deposit-money', { account: '5', amount }))).toEqual([400, 'MICRO_INVALID'])
  expect(codeOf(await bank.get('/views/account?account=5&account=6'))).toEqual([400, 'MICRO_INVALID'])
  expect(problemOf(await bank.get('/views/account?account=5&x=1')).detail).toContain('/x')
  expect(codeOf(await bank.get('/views/account?account=nobody'))).toEqual([404, 'MICRO_NOT_FOUND'])
})

it('takes the position that a caller has seen, and refuses one that cannot be', async () => {
  await using bank = await openPortal()
  const position =
    (await bank.post('/commands/open-account', { account: 'a', owner: 'Ann' })).headers.get('micro-position') ?? ''
  const seen = await bank.get('/views/account?account=a', { 'micro-position': position })
  expect([seen.status, seen.headers.get('micro-position')]).toEqual([200, position])
  const elsewhere = await bank.get('/views/account?account=a', { 'micro-position': `${position},other=7` })
  expect(elsewhere.headers.get('micro-position')).toContain('other=7')
  const [store] = position.split('=')
  const forged = ['x', '=1', `${store}=-1`, `${store}=1e3`, `${store}=99999999999999999`, `${store}=999999`]
  for (const value of forged) {
    const refused = await bank.get('/views/account?account=a', { 'micro-position': value })
    expect(codeOf(refused)).toEqual([400, 'MICRO_INVALID'])
  }
})

it('does not offer plain actions, and says where a view is that was taken for a command', async () => {
  const micro = makeBank().add(
    'multiply two numbers',
    ({ first, second }: { first: number; second: number }) => first * second,
  )
  await using bank = await openPortal({}, micro)
  expect(codeOf(await bank.post('/commands/multiply-two-numbers', { first: 1, second: 2 }))).toEqual([
    404,
    'MICRO_NOT_FOUND',
  ])
  expect(problemOf(await bank.post('/commands/account', { account: 'a' })).detail).toBe(
    'This is a view: it is at /views/account.',
  )
})

it('tells nothing of what went wrong inside, and logs it once', async () => {
  await using bank = await openPortal(
    {},
    withView(() => Promise.reject(new Error('secret of /etc/passwd'))),
  )
  for (let time = 0; time < 3; time++) {
    const failed = await bank.get('/views/broken')
    expect(codeOf(failed)).toEqual([500, 'MICRO_INTERNAL'])
    expect(failed.text).not.toMatch(/secret|passwd|\.ts|at /)
  }
  expect(bank.faults).toEqual([])
})

it('answers 500 to a response that JSON cannot hold, and goes on', async () => {
  await using bank = await openPortal(
    {},
    withView(() => ({ big: 5n })),
  )
  const failed = await bank.get('/views/broken')
  expect([failed.status, problemOf(failed).detail]).toEqual([500, 'Something went wrong inside the service.'])
  expect(bank.faults).toHaveLength(1)
  expect((await bank.get('/health/live')).status).toBe(200)
})

it('answers 504 in time when a service does not', async () => {
  await using bank = await openPortal(
    { timeoutMs: 50 },
    withView(() => new Promise(() => undefined)),
  )
  const late = await bank.get('/views/broken')
  expect(codeOf(late)).toEqual([504, 'MICRO_TIMEOUT'])
  expect(problemOf(late)).toMatchObject({ outcome: 'none', retryable: true })
})

it('answers 503 when its service has stopped', async () => {
  await using bank = await openPortal()
  await bank.micro.stop()
  const stopped = await bank.get('/views/account?account=a')
  expect(codeOf(stopped)).toEqual([503, 'MICRO_UNAVAILABLE'])
  expect(stopped.headers.get('retry-after')).toBe('1')
  expect(codeOf(await bank.get('/health/ready'))).toEqual([503, 'MICRO_UNAVAILABLE'])
  expect((await bank.get('/health/live')).status).toBe(200)
})

it('cancels a call whose client has gone', async () => {
  let cancelled: unknown
  let begin = (): void => undefined
  const begun = new Promise<void>((resolve) => (begin = resolve))
  const micro = withView((signal) => {
    begin()
    return new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => reject((cancelled = signal.reason))),
    )
  })
  await using bank = await openPortal({}, micro)
  const going = new AbortController()
  const call = fetch(`${bank.portal.url}/views/broken`, { signal: going.signal }).catch((error: unknown) => error)
  await begun
  going.abort()
  await call
  await expect.poll(() => isMicroError(cancelled, 'MICRO_CANCELLED')).toBe(true)
})

it('leaves nothing behind when 1,000 clients go in the middle of a request', async () => {
  await using bank = await openPortal(
    { rateLimit: false },
    withView(() => new Promise(() => undefined)),
  )
  for (let round = 0; round < 20; round++) {
    const going = new AbortController()
    const calls = Array.from({ length: 50 }, () =>
      fetch(`${bank.portal.url}/views/broken`, { signal: going.signal }).catch(() => 'gone'),
    )
    setTimeout(() => going.abort(), 20)
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['gone']))
  }
  // Every call holds one of 1,000 slots until it ends: the next ones would be shed if one had leaked.
  const all = Array.from({ length: 200 }, () => bank.get('/health/live'))
  expect((await Promise.all(all)).every(({ status }) => status === 200)).toBe(true)
  expect((await bank.get('/views/account?account=a')).status).toBe(404)
})

/** A bank with one more view, which does what it is told. */
function withView(query: (signal: AbortSignal) => unknown): Micro {
  return makeBank({}, query)
}
