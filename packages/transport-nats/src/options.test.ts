import { describe, expect, it } from 'vitest'
import { natsTransport, type NatsTransportOptions } from './index.ts'
import { DEFAULTS, optionsFor, resolveOptions } from './options.ts'

const servers = 'localhost:4222'
const connection = { publish: (): void => undefined }

describe('options', () => {
  it('are filled in from the defaults, and frozen', () => {
    const resolved = resolveOptions({ servers })
    expect(resolved).toMatchObject({ ...DEFAULTS, connection: undefined, credentials: undefined, tls: undefined })
    expect(Object.isFrozen(resolved)).toBe(true)
    expect(resolveOptions({ servers, pingIntervalMs: undefined }).pingIntervalMs).toBe(1000)
  })

  it('have the inbox that the generated configuration of the server gives to the service, unless another is named', () => {
    expect(optionsFor('gift desk', resolveOptions({ servers })).inboxPrefix).toBe('_INBOX.gift-desk')
    expect(optionsFor('bank', resolveOptions({ servers, inboxPrefix: '_INBOX_bank' })).inboxPrefix).toBe('_INBOX_bank')
  })

  it('say what the provider can do', () => {
    const { kind, capabilities } = natsTransport({ servers, maxBodyBytes: 1000 })
    expect([kind, capabilities]).toEqual(['nats', { remote: true, maxBodyBytes: 1000 }])
    expect(Object.isFrozen(capabilities)).toBe(true)
  })

  it.each([
    [{ host: 'localhost:4222' }, 'no option "host"'],
    [{}, 'either servers or a connection'],
    [{ servers, connection: {} }, 'either servers or a connection'],
    [{ connection: {} }, 'connection must be'],
    [{ connection, pingIntervalMs: 5 }, 'pingIntervalMs belongs'],
    [{ connection, credentials: { token: 'a' } }, 'credentials belongs'],
    [{ servers: [] }, 'one server at least'],
    [{ servers: 7 }, 'servers must be like'],
    [{ servers: 'http://localhost' }, 'servers must be like'],
    [{ servers: 'localhost/path' }, 'servers must be like'],
    [{ servers: 'nats://bank:s3cret@localhost' }, 'an address holds no user'],
    [{ servers, credentials: { user: 'a' } }, 'credentials must be'],
    [{ servers, credentials: { user: 'a', password: 's3cret', token: 'b' } }, 'credentials must be'],
    [{ servers, credentials: { token: '' } }, 'credentials must be'],
    [{ servers, tls: true }, 'tls must be an object'],
    [{ servers, tls: { caPath: 'ca.pem' } }, 'no option "caPath"'],
    [{ servers, tls: { key: { s3cret: 1 } } }, 'tls.key must be a string, not a object'],
    [{ servers, maxBodyBytes: 0 }, 'maxBodyBytes must be'],
    [{ servers, maxInFlight: 1.5 }, 'maxInFlight must be'],
    [{ servers, pingIntervalMs: Infinity }, 'pingIntervalMs must be'],
    [{ servers, openTimeoutMs: -1 }, 'openTimeoutMs must be'],
    [{ servers, stalledAfterMs: Number.NaN }, 'stalledAfterMs must be'],
    [{ servers, inboxPrefix: 'a b' }, 'inboxPrefix must be'],
    [{ servers, inboxPrefix: '_INBOX.>' }, 'inboxPrefix must be'],
  ])('%j: %s', (options, message) => {
    const make = (): unknown => natsTransport(options as unknown as NatsTransportOptions)
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
    expect(make).not.toThrow('s3cret')
  })
})
