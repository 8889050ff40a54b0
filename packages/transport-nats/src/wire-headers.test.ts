import { headers as driverHeaders, type Msg } from 'nats'
import { describe, expect, it } from 'vitest'
import { readHeaders, writeHeaders } from './wire-headers.ts'

const text = (headers: Record<string, string>): string | undefined => {
  const written = writeHeaders(headers)?.encoded as { encode(): Uint8Array } | undefined
  return written && Buffer.from(written.encode()).toString('utf8')
}

/** As the client keeps a message that it has not looked into. */
function received(head: string): Msg {
  const data = Buffer.from(`${head}body`)
  return { _rdata: data, _msg: { hdr: Buffer.byteLength(head) } } as unknown as Msg
}

describe('headers', () => {
  it('are written as the reference shows them', () => {
    expect(text({ 'micro-command-id': 'ü 1', traceparent: '00-1', 'nats-service-error': 'no' })).toBe(
      'NATS/1.0\r\nMicro-Command-Id: ü 1\r\ntraceparent: 00-1\r\nNats-Service-Error: no\r\n\r\n',
    )
    expect(writeHeaders({ a: 'ü' })?.size).toBe('NATS/1.0\r\na: ü\r\n\r\n'.length + 1)
    expect(text({})).toBeUndefined()
  })

  it.each([
    ['NATS/1.0\r\nMicro-Position: log=7\r\ntraceparent:00\r\n\r\n', { 'micro-position': 'log=7', traceparent: '00' }],
    ['NATS/1.0 503\r\n\r\n', {}],
    ['NATS/1.0\r\nA: 1\r\na: 2\r\n\r\n', { a: '1,2' }],
    ['NATS/1.0\r\nA: b: c \r\n\r\n', { a: 'b: c' }],
    ['NATS/1.0\r\nempty:\r\n\r\n', { empty: '' }],
    ['NATS/1.0\r\nno colon\r\n: no name\r\nb: 1\r\n\r\n', { b: '1' }],
    ['NATS/1.0\r\nconstructor: 1\r\ntoString: 2\r\n\r\n', { constructor: '1', tostring: '2' }],
    ['NATS/1.0\r\ncut off: by the end', {}],
    ['garbage', {}],
    ['', {}],
  ])('%j is read', (head, expected) => {
    const read = readHeaders(received(head))
    expect(Object.entries(read)).toEqual(Object.entries(expected))
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('are read in the public way from a client that keeps its messages otherwise', () => {
    const kept = driverHeaders()
    kept.append('Micro-Position', 'log=7')
    kept.append('A', '1')
    kept.append('A', '2')
    expect(readHeaders({ headers: kept } as unknown as Msg)).toEqual({ 'micro-position': 'log=7', a: '1,2' })
    expect(readHeaders({} as Msg)).toEqual({})
  })
})
