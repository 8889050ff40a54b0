import { transportConformance } from '@micro/testkit/transport'
import { afterEach, beforeAll, beforeEach, describe, it } from 'vitest'
import { HOW_TO_GET_NATS_SERVER, type NatsServer } from '../../../test-e2e/servers/nats-server.ts'
import { natsTransport } from '../src/index.ts'
import { accountsConfig, accountUser, isServerAbsent, natsServers, startServer } from './support/servers.ts'

/** More than the suite has checks. */
const ACCOUNTS = 200

if (isServerAbsent) console.warn(`@micro/transport-nats: its suites were not run, ${HOW_TO_GET_NATS_SERVER}`)

describe.skipIf(isServerAbsent).each(natsServers)('nats-server $version', ({ path }) => {
  let server: NatsServer
  let next = 0
  beforeAll(async () => {
    server = await startServer({ binary: path, config: accountsConfig(ACCOUNTS) })
  })
  const create = async () => ({
    provider: natsTransport({ servers: server.url, credentials: accountUser(next++) }),
  })
  transportConformance({ name: 'nats', create, runner: { describe, it, beforeEach, afterEach }, scale: 1 })
})
