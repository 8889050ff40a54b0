import { createServer } from 'node:http'
import { expect, it } from 'vitest'
import { rawExchange } from '../../test/support/raw-exchange.ts'
import { PortalResponse } from './portal-response.ts'
import { SECURITY_HEADERS } from './security-headers.ts'

/** The head of the answer that a bare server of Node gives, line by line. */
async function headOf(answer: (response: PortalResponse) => void): Promise<readonly string[]> {
  const server = createServer({ ServerResponse: PortalResponse }, (_request, response) => answer(response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as { readonly port: number }
    const received = await rawExchange(port, 'GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')
    return received.slice(0, received.indexOf('\r\n\r\n')).split('\r\n')
  } finally {
    server.close()
  }
}

const LINES = Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}`)

it.each<[string, string, (response: PortalResponse) => void]>([
  ['that says nothing about its head', 'HTTP/1.1 200 OK', (response) => response.end('x')],
  ['with headers', 'HTTP/1.1 404 Not Found', (response) => response.writeHead(404, { other: 'y' }).end()],
  ['with words', 'HTTP/1.1 200 Fine', (response) => response.writeHead(200, 'Fine', { other: 'y' }).end()],
  [
    'with a header set before',
    'HTTP/1.1 204 No Content',
    (response) => response.setHeader('other', 'y').writeHead(204).end(),
  ],
])('puts the security headers on an answer %s', async (_name, first, answer) => {
  const head = await headOf(answer)
  expect(head[0]).toBe(first)
  expect(head).toEqual(expect.arrayContaining(LINES))
  expect(head.includes('other: y')).toBe(first !== 'HTTP/1.1 200 OK')
})

it('lets an answer have a value of its own for one of them', async () => {
  const head = await headOf((response) => response.writeHead(200, { 'content-security-policy': 'sandbox' }).end())
  expect(head.filter((line) => line.startsWith('content-security-policy'))).toEqual([
    'content-security-policy: sandbox',
  ])
})
