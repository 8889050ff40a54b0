import { Agent, request as httpRequest } from 'node:http'
import { expect, it } from 'vitest'
import { PAGE_POLICY, SECURITY_HEADERS } from '../src/http/security-headers.ts'
import { makeBank } from './support/bank.ts'
import { type Answer, codeOf, openPortal, problemOf, type TestPortal } from './support/portal.ts'

const ACCOUNT = { account: 'a', owner: 'Ann' }

/** Answers of every kind: done, found, refused, not found, not allowed, failed. */
async function answersOf(bank: TestPortal): Promise<readonly Answer[]> {
  return [
    await bank.post('/commands/open-account', ACCOUNT),
    await bank.get('/views/account?account=a'),
    await bank.post('/commands/withdraw-money', { account: 'a', amount: 1 }),
    await bank.post('/commands/open-account', { account: 1 }),
    await bank.send('/commands/open-account', '{', { 'content-type': 'application/json' }),
    await bank.send('/commands/open-account', 'x', { 'content-type': 'text/plain' }),
    await bank.send('/commands/open-account', ' '.repeat(1_100_000), { 'content-type': 'application/json' }),
    await bank.get('/views/nothing'),
    await bank.get('/nothing'),
    await bank.get('/%E0%A4'),
    await bank.get('/commands/open-account'),
    await bank.send('/views/account?account=a', undefined, {}, 'DELETE'),
    await bank.send('/views/account?account=a', undefined, {}, 'OPTIONS'),
    await bank.get('/views/broken'),
    await bank.get('/openapi.json'),
    await bank.get('/health/live'),
    await bank.get('/health/ready'),
    await bank.get('/'),
    await bank.get('/page.js'),
  ]
}

it('sends the security headers with every answer, whatever its status', async () => {
  const broken = makeBank({}, () => Promise.reject(new Error('broken')))
  await using bank = await openPortal({}, broken)
  const answers = await answersOf(bank)
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 204, 400, 404, 405, 413, 415, 422, 500]))
  for (const { headers } of answers) {
    const { 'content-security-policy': policy, ...others } = SECURITY_HEADERS
    expect(Object.fromEntries(Object.keys(others).map((name) => [name, headers.get(name)]))).toEqual(others)
    const isPage = /html|javascript/.test(headers.get('content-type') ?? '')
    expect(headers.get('content-security-policy')).toBe(isPage ? PAGE_POLICY : policy)
    expect(headers.get('micro-correlation-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers.get('server')).toBeNull()
    expect(headers.get('x-powered-by')).toBeNull()
  }
})

it('gives the page a policy without any unsafe word', async () => {
  await using bank = await openPortal()
  const page = await bank.get('/')
  const policy = page.headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
  expect(policy).not.toMatch(/unsafe|\*|https?:|data:/)
  expect(page.text).not.toMatch(/<style|style=|<script>|onclick|https?:\/\//)
})

it('never tells a stack, a path, a host or a query in an error', async () => {
  await using bank = await openPortal(
    {},
    makeBank({}, () => Promise.reject(new TypeError('in /home/me/bank.ts:5'))),
  )
  for (const { text, status, headers } of await answersOf(bank)) {
    if (status < 400) continue
    expect(text).not.toMatch(/\bat .*:\d+:\d+|node_modules|\.ts\b|\/home|\/work|127\.0\.0\.1|localhost|FST_|Error:/)
    expect([...headers.values()].join()).not.toMatch(/node_modules|\/work|FST_/)
  }
})

it('answers methods that an address does not take with 405 and Allow', async () => {
  await using bank = await openPortal()
  const cases: readonly [string, string, string][] = [
    ['GET', '/commands/open-account', 'POST'],
    ['PUT', '/views/account', 'GET, HEAD, POST'],
    ['DELETE', '/services/bank/views/account', 'GET, HEAD, POST'],
    ['PATCH', '/openapi.json', 'GET, HEAD'],
    ['OPTIONS', '/commands/open-account', 'POST'],
    ['POST', '/', 'GET, HEAD'],
  ]
  for (const [method, path, allow] of cases) {
    const answer = await bank.send(path, undefined, {}, method)
    expect([...codeOf(answer), answer.headers.get('allow')]).toEqual([405, 'MICRO_NOT_SUPPORTED', allow])
  }
})

it.each(['TRACE', 'PROPFIND', 'PURGE', 'LINK', 'QUERY', 'SEARCH'])('refuses %s', async (method) => {
  await using bank = await openPortal()
  const received = await bank.raw(
    `${method} /views/account HTTP/1.1\r\nhost: localhost\r\nsecret: s3cr3t\r\nconnection: close\r\n\r\n`,
  )
  expect(received).toMatch(/^HTTP\/1.1 (405|400) /)
  expect(received).toMatch(/problem\+json/)
  expect(received).not.toContain('s3cr3t')
})

it('answers HEAD as GET, without the body, and refuses a body where none belongs', async () => {
  await using bank = await openPortal()
  await bank.post('/commands/open-account', ACCOUNT)
  const head = await bank.send('/views/account?account=a', undefined, {}, 'HEAD')
  expect([head.status, head.text, head.headers.get('content-length')]).toEqual([200, '', '41'])
  const received = await bank.raw(
    'GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}',
  )
  expect(received).toMatch(/^HTTP\/1.1 400 /)
})

it('lets no page of another origin call unless it is listed', async () => {
  await using bank = await openPortal({ corsOrigins: ['https://app.example'] })
  const preflight = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' }
  const ask = (origin: string) => bank.send('/commands/open-account', undefined, { origin, ...preflight }, 'OPTIONS')
  const allowed = await ask('https://app.example')
  expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([204, 'https://app.example'])
  expect(allowed.headers.get('access-control-allow-headers')).toContain('idempotency-key')
  for (const origin of [
    'https://evil.example',
    'null',
    'https://app.example.evil.example',
    'http://app.example',
    'https://APP.example',
  ]) {
    const refused = await ask(origin)
    expect(codeOf(refused)).toEqual([403, 'MICRO_FORBIDDEN'])
    expect(refused.headers.get('access-control-allow-origin')).toBeNull()
    expect((await bank.get('/health/live', { origin })).headers.get('access-control-allow-origin')).toBeNull()
  }
  const called = await bank.get('/health/live', { origin: 'https://app.example' })
  expect([called.headers.get('access-control-allow-origin'), called.headers.get('vary')]).toEqual([
    'https://app.example',
    'Origin',
  ])
})

it('sends no CORS header to anybody by default', async () => {
  await using bank = await openPortal()
  const answer = await bank.get('/health/live', { origin: 'https://app.example' })
  expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
})

it('refuses more requests than an address may send, also of addresses that are made up', async () => {
  await using bank = await openPortal({ rateLimit: { requests: 10, windowMs: 60_000 } })
  const statuses: number[] = []
  for (let number = 0; number < 100; number++) {
    const path = number % 2 === 0 ? '/health/live' : '/nothing'
    statuses.push(
      (await bank.get(path, { 'x-forwarded-for': `10.0.0.${number}`, forwarded: `for=10.0.0.${number}` })).status,
    )
  }
  expect(statuses.filter((status) => status !== 429)).toHaveLength(10)
  const refused = await bank.get('/health/live')
  expect(codeOf(refused)).toEqual([429, 'MICRO_OVERLOADED'])
  expect(problemOf(refused).detail).toBe('Too many requests from this address. Try again later.')
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
})

it('believes X-Forwarded-For of a proxy that is trusted', async () => {
  await using bank = await openPortal({ rateLimit: { requests: 1, windowMs: 60_000 }, trustProxy: '127.0.0.1' })
  for (const client of ['10.0.0.1', '10.0.0.2'])
    expect((await bank.get('/health/live', { 'x-forwarded-for': client })).status).toBe(200)
  expect((await bank.get('/health/live', { 'x-forwarded-for': '10.0.0.1' })).status).toBe(429)
})

it('takes no identity and no correlation id from headers', async () => {
  await using bank = await openPortal()
  const answer = await bank.get('/health/live', {
    'micro-correlation-id': 'mine',
    'request-id': 'mine',
    'micro-identity': 'root',
  })
  expect(answer.headers.get('micro-correlation-id')).not.toBe('mine')
})

it('refuses two Host headers and an address with a host in it', async () => {
  await using bank = await openPortal()
  for (const sent of [
    'GET /health/live HTTP/1.1\r\nhost: localhost\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n',
    'GET http://evil.example/health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n',
  ])
    expect(await bank.raw(sent)).toMatch(/^HTTP\/1.1 40[04] /)
})

it('reads a header of many values as what was sent', async () => {
  await using bank = await openPortal()
  const agent = new Agent()
  const status = await new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': ['one', 'two'] }
    httpRequest(`${bank.portal.url}/commands/open-account`, { method: 'POST', headers, agent }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end(JSON.stringify(ACCOUNT))
  })
  agent.destroy()
  expect(status).toBe(400)
})

it('answers on this machine to this machine only, unless a name is listed', async () => {
  await using bank = await openPortal({ hosts: ['bank.example'] })
  const ask = (host: string) => bank.raw(`GET /health/live HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`)
  expect(await ask('localhost:3000')).toMatch(/^HTTP\/1.1 200 /)
  expect(await ask('bank.example')).toMatch(/^HTTP\/1.1 200 /)
  expect(await ask('evil.example')).toMatch(/^HTTP\/1.1 421 [^]*"code":"MICRO_INVALID"/)
})
