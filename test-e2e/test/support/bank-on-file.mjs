// The bank as it is configured for models that are shared or outlive the process: log and models in one file.
// Usage: node bank-on-file.mjs BANK_MODULE [LOG_FOLDER]; plain JavaScript, run from dist as users run it.
import { once } from 'node:events'
import { defineModule } from '@micro/core'
import { logger } from '@micro/logger'
import { startPortal } from '@micro/rest-portal'
import { sqliteStore } from '@micro/store-sqlite'

const [bankModule, logFolder] = process.argv.slice(2)
const { bankService } = await import(bankModule)
const { events: store, projections } = sqliteStore({ file: 'data/bank.db' })
/** Has something to say all the time, also while the log file cannot be written. */
const talker = defineModule({
  name: 'talker',
  create: ({ log }) => setInterval(() => log.info('still here'), 5),
  stop: (timer) => clearInterval(timer),
})
const modules = logFolder === undefined ? [logger()] : [logger({ files: { folder: logFolder } }), talker]
const bank = await bankService({ store, projections, modules })
await bank.start()
const portal = await startPortal({ micro: bank, port: 0 })
process.stdout.write(`The bank is open: ${portal.url}\n`)
await once(process, 'SIGTERM')
await portal.close()
await bank.stop()
