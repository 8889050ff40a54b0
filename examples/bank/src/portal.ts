// The portal in a process of its own: it has no bank, and serves every service that it finds over NATS.
import { createMicro } from '@micro/core'
import { logger } from '@micro/logger'
import { startPortal } from '@micro/rest-portal'
import { natsTransport } from '@micro/transport-nats'
import { readNatsUrl } from './program/read-nats-url.ts'
import { readPort } from './program/read-port.ts'
import { runProgram } from './program/run-program.ts'
import { tellStarter, untilOver } from './program/starter.ts'

async function main(): Promise<void> {
  const { PORT, HOST, NATS_URL } = process.env
  const { port, nextFreePort } = readPort(PORT)

  await using micro = createMicro({
    name: 'portal',
    transport: natsTransport(readNatsUrl(NATS_URL)),
    modules: [logger()],
  })
  await micro.start()
  await using portal = await startPortal({ micro, host: HOST, port, nextFreePort })
  tellStarter({ url: portal.url })
  await untilOver()
}

await runProgram(main)
