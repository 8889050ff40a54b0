import { expect, it } from 'vitest'
import { parseServers, showServer } from './server-address.ts'

it.each([
  ['localhost', 'localhost:4222', false],
  ['localhost:5222', 'localhost:5222', false],
  ['nats://10.0.0.1', '10.0.0.1:4222', false],
  ['tls://nats.example.com:4443', 'nats.example.com:4443', true],
  ['nats://[::1]:5222', '[::1]:5222', false],
])('%s is %s', (given, shown, isTls) => {
  const [server, ...others] = parseServers(given)
  expect(others).toEqual([])
  expect(server && [showServer(server), server.isTls]).toEqual([shown, isTls])
})

it('takes several', () => {
  expect(parseServers(['a', 'b:1']).map(showServer)).toEqual(['a:4222', 'b:1'])
})
