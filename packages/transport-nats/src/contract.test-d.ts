import type { TransportProvider } from '@micro/core'
import type { NatsConnection } from 'nats'
import { expectTypeOf, it } from 'vitest'
import { natsTransport, type NatsTransportOptions } from './index.ts'

declare const connection: NatsConnection

it('gives a provider of the port', () => {
  expectTypeOf(natsTransport).returns.toEqualTypeOf<TransportProvider>()
  expectTypeOf(natsTransport).parameter(0).toEqualTypeOf<NatsTransportOptions>()
})

it('has a connection of its own or a given one, with the options of each', () => {
  const credentials = { user: 'a', password: 'b' }
  expectTypeOf(
    natsTransport({ servers: ['a', 'b'], credentials, tls: { caFile: 'ca.pem' } }),
  ).toEqualTypeOf<TransportProvider>()
  natsTransport({ connection, maxInFlight: 10 })
  // @ts-expect-error one of both
  natsTransport({})
  // @ts-expect-error not both
  natsTransport({ servers: 'a', connection })
  // @ts-expect-error how a given one connects is not ours to say
  natsTransport({ connection, pingIntervalMs: 5 })
  // @ts-expect-error no such option
  natsTransport({ servers: 'a', pingInterval: 5 })
  // @ts-expect-error a user needs a password
  natsTransport({ servers: 'a', credentials: { user: 'a' } })
})
