export { natsTransport } from './nats-transport.ts'
export { DEFAULTS as NATS_TRANSPORT_DEFAULTS } from './options.ts'
export * from './server-config/index.ts'

export type { NatsCredentials } from './credentials.ts'
export type { GivenConnection } from './given-connection.ts'
export type { NatsConnectionOptions, NatsServersOptions, NatsTlsOptions, NatsTransportOptions } from './options.ts'
