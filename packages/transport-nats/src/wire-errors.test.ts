import { ERROR_CODES, type MicroErrorCode, toWireError, MicroError } from '@micro/core'
import { headers as driverHeaders, type Msg } from 'nats'
import { describe, expect, it } from 'vitest'
import { errorHeaders, isNoResponders, readReply } from './wire-errors.ts'

function reply(headers: Readonly<Record<string, string>>, body: string, status?: number): Msg {
  const kept = status === undefined ? driverHeaders() : driverHeaders(status, 'status')
  for (const [name, value] of Object.entries(headers)) kept.append(name, value)
  return { headers: kept, data: new TextEncoder().encode(body) } as unknown as Msg
}

const errored = (number: string, text: string): Readonly<Record<string, string>> => ({
  'Nats-Service-Error': text,
  'Nats-Service-Error-Code': number,
})

describe('errors on the wire', () => {
  it.each(Object.keys(ERROR_CODES) as MicroErrorCode[])('%s has a number, as ADR-32 demands', (code) => {
    const error = toWireError(new MicroError(code, 'No.'))
    const headers = errorHeaders(error)
    expect(headers['nats-service-error']).toBe('No.')
    expect(Number(headers['nats-service-error-code'])).toBeGreaterThanOrEqual(400)
  })

  it('texts of headers are one short line', () => {
    const textOf = (message: string) =>
      errorHeaders({ code: 'MICRO_INVALID', message, retryable: false, outcome: 'none' })['nats-service-error']
    expect(textOf('a\r\nNats-Service-Error-Code: 200\u0000b')).toBe('a Nats-Service-Error-Code: 200 b')
    expect(textOf('😀'.repeat(500))).toBe('😀'.repeat(200))
    expect(textOf(' \n')).toBe('MICRO_INVALID')
  })

  it('a typed error is read from the body, all others from the headers', () => {
    const body = { code: 'MICRO_CONFLICT', message: 'No.', retryable: true, outcome: 'none' }
    expect(readReply(reply({ ...errored('409', 'No.'), 'Micro-Position': 'log=7' }, JSON.stringify(body)))).toEqual({
      headers: { 'micro-position': 'log=7' },
      error: body,
    })
    for (const other of ['', 'text', 'null', '{"code":1}', '{"code":"E1","message":"x"}'])
      expect(readReply(reply(errored('404', 'Not here'), other)).error).toEqual({
        code: 'MICRO_NOT_FOUND',
        message: 'Not here',
        retryable: false,
        outcome: 'unknown',
      })
    expect(readReply(reply(errored('teapot', ''), '')).error).toMatchObject({ code: 'MICRO_INTERNAL' })
    expect(readReply(reply({ 'Nats-Service-Error-Code': '503' }, '')).error).toMatchObject({
      code: 'MICRO_UNAVAILABLE',
      retryable: true,
      outcome: 'unknown',
    })
  })

  it('a result that is no JSON, or no UTF-8, is a protocol error of unknown outcome', () => {
    expect(readReply(reply({}, ''))).toEqual({ headers: {} })
    expect(readReply(reply({}, '[1]'))).toEqual({ headers: {}, body: [1] })
    expect(() => readReply(reply({}, '['))).toThrow(
      expect.objectContaining({ code: 'MICRO_PROTOCOL', outcome: 'unknown' }),
    )
    const broken = { headers: driverHeaders(), data: new Uint8Array([0x22, 0xff, 0x22]) } as unknown as Msg
    expect(() => readReply(broken)).toThrow(expect.objectContaining({ code: 'MICRO_PROTOCOL' }))
  })

  it('only an empty message of the server says that nobody is there', () => {
    expect(isNoResponders(reply({}, '', 503))).toBe(true)
    expect(isNoResponders(reply({}, '1', 503))).toBe(false)
    expect(isNoResponders(reply({}, ''))).toBe(false)
  })
})
