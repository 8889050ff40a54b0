export { natsServerConfig } from './nats-server-config.ts'
export { SERVER_CONFIG_DEFAULTS as NATS_SERVER_CONFIG_DEFAULTS } from './options.ts'

export type {
  NatsServerConfigOptions,
  NatsServerTls,
  NatsServiceAccess,
  NatsUserCredentials,
  ServedAction,
} from './options.ts'
