import { logger } from '@micro/logger'
import { startPortal } from '@micro/rest-portal'
import { sqliteStore } from '@micro/store-sqlite'
import { bankService } from './bank.ts'
import { BANK_FILE } from './program/data-folder.ts'
import { readPort } from './program/read-port.ts'
import { tellHowToUse } from './program/tell-how-to-use.ts'
import { runProgram } from './program/run-program.ts'
import { untilSignal } from './program/until-signal.ts'

async function main(): Promise<void> {
  const { PORT, HOST } = process.env
  const { port, nextFreePort } = readPort(PORT)
  const { events, projections } = sqliteStore({ file: BANK_FILE })

  // Stopped in reverse: the portal first.
  await using bank = await bankService({ store: events, projections, modules: [logger()] })
  await bank.start()
  await using portal = await startPortal({ micro: bank, host: HOST, port, nextFreePort })

  tellHowToUse(portal.url)
  await untilSignal()
}

await runProgram(main)
