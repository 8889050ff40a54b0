// Starts and stops a bank behind its portal on one file, again and again, and prints what each measurement left open.
// Usage: node --expose-gc start-stop-cycles.mjs BANK_MODULE CYCLES MEASUREMENTS; plain JavaScript, run from dist as users run it.
import { get } from 'node:http'
import { setImmediate as turn } from 'node:timers/promises'
import { createMicro } from '@micro/core'
import { startPortal } from '@micro/rest-portal'
import { sqliteStore } from '@micro/store-sqlite'
import { silentModule } from './silent-module.mjs'

const [bankModule, cycles, measurements] = process.argv.slice(2)
const { bankService } = await import(bankModule)
const modules = [silentModule]

async function cycle(number) {
  const { events: store, projections } = sqliteStore({ file: 'data/bank.db' })
  const bank = await bankService({ store, projections, modules })
  await bank.start()
  const portal = await startPortal({ micro: bank, port: 0 })
  await bank.act('open account', { account: `account-${number}`, owner: 'Somebody' })
  const { accounts } = JSON.parse(await textAt(`${portal.url}/views/bank-totals`))
  if (accounts !== number) throw new Error(`Cycle ${number}: the bank knows ${accounts} accounts`)
  await portal.close()
  await bank.stop()
  // And one in memory, that calls itself.
  const other = createMicro({ name: 'other', modules }).add('twice', ({ of }) => of * 2)
  await other.start()
  await other.act('twice', { of: number })
  await other.stop()
}

/** Not by `fetch`: that keeps something of every address that it has ever been to. */
function textAt(url) {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part) => (text += part))
      response.once('end', () => resolve(text)).once('error', reject)
    })
    request.once('error', reject)
  })
}

let number = 0
for (let measurement = 0; measurement < Number(measurements); measurement++) {
  const end = number + Math.ceil(Number(cycles) / Number(measurements))
  while (number < end) await cycle(++number)
  for (let round = 0; round < 5; round++) {
    globalThis.gc()
    await turn()
  }
  // The pipes to the test are its own.
  const open = process.getActiveResourcesInfo().filter((kind) => !/Pipe|TTY|Immediate/.test(kind))
  process.stdout.write(
    `${JSON.stringify({ cycles: number, rssBytes: process.memoryUsage.rss(), heapBytes: process.memoryUsage().heapUsed, open })}\n`,
  )
}
