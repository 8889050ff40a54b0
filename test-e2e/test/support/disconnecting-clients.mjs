// A bank behind its portal, and clients that go away in the middle of their requests; prints what is left after each round.
// Usage: node --expose-gc disconnecting-clients.mjs BANK_MODULE CLIENTS ROUNDS; plain JavaScript, run from dist as users run it.
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { startPortal } from '@micro/rest-portal'
import { silentModule } from './silent-module.mjs'

const [bankModule, clients, rounds] = process.argv.slice(2)
const { bankService } = await import(bankModule)
const bank = await bankService({
  modules: [silentModule],
})
await bank.start()
const portal = await startPortal({ micro: bank, port: 0, rateLimit: false })
const { port } = new URL(portal.url)
await bank.act('open account', { account: 'a', owner: 'Somebody' })

const body = JSON.stringify({ account: 'a', amount: 1 })
const head = `POST /commands/deposit-money HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`
/** How far a client comes: into the headers, into the body, or to the end of its request. */
const parts = [head.slice(0, 20), head, head + body.slice(0, 5), head + body]

/** Goes away when its bytes are out; before the answer, as that takes a turn at least. */
function disconnect(text) {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(text, () => socket.destroy()))
    socket.once('close', resolve).once('error', reject)
  })
}

const openSockets = () => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length

const AT_ONCE = 20
/** The other end hears a little later that a client has gone. */
const PATIENCE_MS = 2_000
let number = 0
for (let round = 0; round < Number(rounds); round++) {
  for (let client = 0; client < Number(clients); client += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, () => disconnect(parts[number++ % parts.length])))
  // Whatever had begun ends: a call through the front door goes behind all that came before it.
  await bank.act('deposit money', { account: 'a', amount: 1 })
  const since = performance.now()
  while (openSockets() > 0 && performance.now() - since < PATIENCE_MS) await pause(10)
  const sockets = openSockets()
  globalThis.gc()
  await pause(0)
  globalThis.gc()
  process.stdout.write(
    `${JSON.stringify({ sockets, rssBytes: process.memoryUsage.rss(), heapBytes: process.memoryUsage().heapUsed })}\n`,
  )
}
await portal.close()
await bank.stop()
