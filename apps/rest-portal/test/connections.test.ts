import { getEventListeners, once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, it, vi } from 'vitest'
import { makeBank } from './support/bank.ts'
import { openPortal } from './support/portal.ts'
import { rawExchange, statusesIn } from './support/raw-exchange.ts'

const SMUGGLED = 'GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n'
const SLOW = 'GET /views/broken HTTP/1.1\r\nhost: localhost\r\n\r\n'
const POST = 'POST /commands/open-account HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n'

it.each<[string, string]>([
  ['both lengths', `${POST}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
  ['two lengths', `${POST}content-length: 5\r\ncontent-length: 6\r\n\r\n12345${SMUGGLED}`],
  ['two equal lengths', `${POST}content-length: 5\r\ncontent-length: 5\r\n\r\n12345${SMUGGLED}`],
  ['a list of lengths', `${POST}content-length: 5, 5\r\n\r\n12345${SMUGGLED}`],
  ['a signed length', `${POST}content-length: +5\r\n\r\n12345${SMUGGLED}`],
  ['a hexadecimal length', `${POST}content-length: 0x5\r\n\r\n12345${SMUGGLED}`],
  ['a bare LF', `GET /health/live HTTP/1.1\nhost: localhost\n\n${SMUGGLED}`],
  ['a bare CR', `GET /health/live HTTP/1.1\r\nhost: localhost\rfoo: bar\r\n\r\n${SMUGGLED}`],
  [
    'a folded header',
    `GET /health/live HTTP/1.1\r\nhost: localhost\r\nfoo: bar\r\n content-length: 5\r\n\r\n${SMUGGLED}`,
  ],
  ['a blank before a colon', `${POST}content-length : 5\r\n\r\n12345${SMUGGLED}`],
  ['chunk extensions', `${POST}transfer-encoding: chunked\r\n\r\n5;x=y\r\n12345\r\n0\r\n\r\n`],
  ['chunks', `${POST}transfer-encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n`],
  ['an unknown transfer encoding', `${POST}transfer-encoding: xchunked\r\n\r\n${SMUGGLED}`],
  ['chunked and something', `${POST}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n${SMUGGLED}`],
  ['a NUL in a header', `GET /health/live HTTP/1.1\r\nhost: localhost\r\nfoo: a\0b\r\n\r\n${SMUGGLED}`],
  ['no host', `GET /health/live HTTP/1.1\r\n\r\n${SMUGGLED}`],
  ['another protocol', `GET /health/live HTTP/9.9\r\nhost: localhost\r\n\r\n${SMUGGLED}`],
  ['no HTTP at all', `\x16\x03\x01\x02\x00\x01${SMUGGLED}`],
  [
    'a header of 20 KB',
    `GET /health/live HTTP/1.1\r\nhost: localhost\r\nfoo: ${'x'.repeat(20_000)}\r\n\r\n${SMUGGLED}`,
  ],
  ['an expectation', `${POST}expect: the-unexpected\r\ncontent-length: 5\r\n\r\n12345${SMUGGLED}`],
])('refuses a request with %s, as a problem with all headers, and serves nothing behind it', async (_name, sent) => {
  await using bank = await openPortal()
  const received = await rawExchange(bank.portal.port, sent, 700)
  expect(statusesIn(received)[0]).toBeGreaterThanOrEqual(400)
  expect(received).toMatch(/content-type: application\/problem\+json/i)
  expect(received).toMatch(/content-security-policy: default-src 'none'/i)
  expect(received).toMatch(/"correlationId":"/)
  expect(received).not.toContain('"live"')
  expect(statusesIn(received).filter((status) => status < 400)).toEqual([])
  expect((await bank.get('/views/account?account=a')).status).toBe(404)
})

it('serves several requests of one connection, up to the limit', async () => {
  await using bank = await openPortal({ maxRequestsPerSocket: 3 })
  const received = await rawExchange(bank.portal.port, SMUGGLED.repeat(5), 500)
  expect(statusesIn(received).filter((status) => status === 200)).toHaveLength(3)
})

it('cancels all calls of a connection that closes, and none of another one', async () => {
  const calls: { readonly signal: AbortSignal; readonly answer: () => void }[] = []
  const micro = makeBank({}, (signal) => new Promise((resolve) => calls.push({ signal, answer: () => resolve({}) })))
  const call = vi.spyOn(micro, 'call')
  await using bank = await openPortal({}, micro)
  const warnings: Error[] = []
  const warn = (warning: Error): void => void warnings.push(warning)
  process.on('warning', warn)
  const going = connect(bank.portal.port, '127.0.0.1')
  going.write(SLOW)
  await expect.poll(() => calls.length).toBe(1)
  const staying = bank.get('/views/broken')
  await expect.poll(() => calls.length).toBe(2)
  const [answered, other] = calls
  answered?.answer()
  await once(going, 'data')
  const options = call.mock.calls[0]?.[2] as { readonly signal: AbortSignal }
  going.write(SLOW.repeat(30))
  await expect.poll(() => calls.length).toBe(32)
  // One listener for all calls of a connection.
  expect(getEventListeners(options.signal, 'abort')).toHaveLength(1)
  going.destroy()
  await expect.poll(() => calls.filter(({ signal }) => signal.aborted).length).toBe(30)
  expect([answered?.signal.aborted, other?.signal.aborted]).toEqual([false, false])
  other?.answer()
  expect((await staying).status).toBe(200)
  process.off('warning', warn)
  // Many at once are no leak.
  expect(warnings).toEqual([])
})

it('closes clients that are slow with their headers, their body, or with their next request', async () => {
  await using bank = await openPortal({ headersTimeoutMs: 400, requestTimeoutMs: 800, keepAliveTimeoutMs: 300 })
  const { port } = bank.portal
  const started = performance.now()
  const closed = await Promise.all([
    untilClosed(port, '', 0),
    untilClosed(port, 'GET /health/live HTTP/1.1\r\nhost: localhost\r\n', 60),
    untilClosed(port, `${POST}content-length: 1000\r\n\r\n`, 60),
    untilClosed(port, SMUGGLED, 0),
  ])
  // requestTimeout and one check; the rest is for a machine that does other things.
  expect(performance.now() - started).toBeLessThan(5_000)
  const [nothing, headers, body, idle] = closed
  for (const answer of [headers, body]) {
    expect(statusesIn(answer as string)).toEqual([408])
    expect(answer).toContain('"code":"MICRO_TIMEOUT"')
  }
  expect(statusesIn(nothing as string)).toEqual([408])
  expect(statusesIn(idle as string)).toEqual([200])
})

it('serves others while 300 slow clients hang on', async () => {
  await using bank = await openPortal({ headersTimeoutMs: 1_000, requestTimeoutMs: 2_000 })
  const slow = Array.from({ length: 300 }, (_, number) =>
    untilClosed(
      bank.portal.port,
      number % 2 === 0 ? 'GET /health/live HTTP/1.1\r\n' : `${POST}content-length: 1000\r\n\r\n`,
      100,
    ),
  )
  await new Promise((resolve) => setTimeout(resolve, 200))
  for (let time = 0; time < 20; time++) {
    const startedAt = performance.now()
    expect((await bank.get('/health/live')).status).toBe(200)
    expect(performance.now() - startedAt).toBeLessThan(1_000)
  }
  await Promise.all(slow)
})

it('takes no more connections than it may', async () => {
  await using bank = await openPortal({ maxConnections: 5 })
  const sockets: Socket[] = []
  let refused = 0
  for (let number = 0; number < 8; number++) {
    const socket = connect(bank.portal.port, '127.0.0.1')
    sockets.push(socket)
    socket.on('error', () => undefined).on('close', () => refused++)
    await new Promise((resolve) => socket.once('connect', resolve))
  }
  await expect.poll(() => refused).toBe(3)
  for (const socket of sockets) socket.destroy()
})

/** Sends the beginning and then, if asked for, a byte again and again; resolves with all that came when the portal closes. */
function untilClosed(port: number, beginning: string, everyMs: number): Promise<string> {
  return new Promise((resolve) => {
    let received = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(beginning))
    const timer = everyMs === 0 ? undefined : setInterval(() => socket.write('x'), everyMs)
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => (received += chunk))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearInterval(timer)
      resolve(received)
    })
  })
}
