import { logger } from '@micro/logger'
import { taffyProjectionStore } from '@micro/projection-taffy'
import { startPortal } from '@micro/rest-portal'
import { sqliteEventStore } from '@micro/store-sqlite'
import { bankService } from './bank.ts'
import { BANK_FILE } from './program/data-folder.ts'
import { readPort } from './program/read-port.ts'
import { tellHowToUse } from './program/tell-how-to-use.ts'
import { runProgram } from './program/run-program.ts'
import { untilSignal } from './program/until-signal.ts'

async function main(): Promise<void> {
  const { PORT, HOST } = process.env
  const { port, nextFreePort } = readPort(PORT)

  // Stopped in reverse: the portal first.
  await using bank = await bankService({
    store: sqliteEventStore({ file: BANK_FILE }),
    // In memory, so made anew from the log at each start.
    projections: taffyProjectionStore(),
    modules: [logger()],
  })
  await bank.start()
  await using portal = await startPortal({ micro: bank, host: HOST, port, nextFreePort })

  tellHowToUse(portal.url)
  await untilSignal()
}

await runProgram(main)
