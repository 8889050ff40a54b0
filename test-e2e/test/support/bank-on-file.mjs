// The bank as it is configured for models that are shared or outlive the process: log and models in one file.
// Usage: node bank-on-file.mjs BANK_MODULE; plain JavaScript, run from dist as users run it.
import { once } from 'node:events'
import { logger } from '@micro/logger'
import { startPortal } from '@micro/rest-portal'
import { sqliteStore } from '@micro/store-sqlite'

const [bankModule] = process.argv.slice(2)
const { bankService } = await import(bankModule)
const { events: store, projections } = sqliteStore({ file: 'data/bank.db' })
const bank = await bankService({ store, projections, modules: [logger()] })
await bank.start()
const portal = await startPortal({ micro: bank, port: 0 })
process.stdout.write(`The bank is open: ${portal.url}\n`)
await once(process, 'SIGTERM')
await portal.close()
await bank.stop()
