// One of several processes that are the bank together: they share a file, and NATS shares the requests out among them.
import { logger } from '@micro/logger'
import { taffyProjectionStore } from '@micro/projection-taffy'
import { sqliteEventStore } from '@micro/store-sqlite'
import { natsTransport } from '@micro/transport-nats'
import { bankService } from './bank.ts'
import { BANK_FILE } from './program/data-folder.ts'
import { readNatsUrl } from './program/read-nats-url.ts'
import { runProgram } from './program/run-program.ts'
import { tellStarter, untilOver } from './program/starter.ts'

async function main(): Promise<void> {
  await using bank = await bankService({
    transport: natsTransport(readNatsUrl(process.env['NATS_URL'])),
    store: sqliteEventStore({ file: BANK_FILE }),
    projections: taffyProjectionStore(),
    modules: [logger()],
  })
  await bank.start()
  tellStarter({})
  await untilOver()
}

await runProgram(main)
