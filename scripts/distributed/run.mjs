// What `npm run start:distributed` becomes after its build: starts the processes, says who they are, and ends them in order.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../run-tool.mjs'
import { startMember } from './member.mjs'

const program = (name) => join(root, 'examples', 'bank', 'dist', `${name}.js`)
const { tellHowToUse } = await import(pathToFileURL(program('program/tell-how-to-use')).href)

/** In the order in which they started. */
const members = []

const told = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => resolve('told'))
})

/** Resolves with what it says when it is ready; with `undefined` when this program is to end, or cannot go on. */
async function start(name, file, options) {
  const member = startMember(name, file, options)
  members.push(member)
  const said = await Promise.race([member.ready, member.ended.then(() => undefined), told])
  if (said === 'told') return undefined
  if (said !== undefined) return { ...member, said }
  console.error(`${name} could not start (${await member.ended}).`)
  process.exitCode = 1
  return undefined
}

async function startAll() {
  let natsUrl = process.env.NATS_URL
  let server
  if (!natsUrl) {
    server = await start('nats-server', join(root, 'scripts', 'distributed', 'nats-server.mjs'), { isTypeScript: true })
    if (server === undefined) return undefined
    natsUrl = server.said.url
  }
  const env = { NATS_URL: natsUrl }
  const banks = []
  for (const name of ['bank 1', 'bank 2']) {
    const bank = await start(name, program('bank-instance'), { env })
    if (bank === undefined) return undefined
    banks.push(bank)
  }
  const portal = await start('portal', program('portal'), { env })
  return portal && { server, banks, portal, natsUrl }
}

function tellWhoRuns({ server, banks, portal, natsUrl }) {
  const where = natsUrl.replace(/\/\/[^/@]*@/g, '//')
  const [first] = banks
  console.log(
    [
      '',
      'These processes run:',
      ...(server ? [`  nats-server  ${server.said.pid}  at ${where}`] : [`  nats-server  at ${where}`]),
      ...banks.map(({ name, pid }) => `  ${name}       ${pid}`),
      `  portal       ${portal.pid}`,
      '',
      'Kill a bank, and the other one carries on:',
      `  kill -9 ${first.pid}`,
      'It stays dead until you start one in its place:',
      `  NATS_URL=${where} node examples/bank/dist/bank-instance.js`,
    ].join('\n'),
  )
}

/** Resolves when the program is to end. A bank that ends is told, and the others carry on; without the rest nothing works. */
async function untilOver({ server, banks, portal }) {
  for (const { name, pid, ended } of banks)
    void ended.then((how) => isEnding || console.log(`${name}, process ${pid}, has ended (${how}).`))
  const needed = [server, portal].filter(Boolean).map(async ({ name, ended }) => {
    const how = await ended
    if (isEnding) return
    console.error(`${name} has ended (${how}), and without it nobody reaches the bank.`)
    process.exitCode = 1
  })
  await Promise.race([told, ...needed])
}

let isEnding = false
const running = await startAll()
if (running !== undefined) {
  tellHowToUse(running.portal.said.url)
  tellWhoRuns(running)
  await untilOver(running)
}
isEnding = true
// The portal first, which lets its requests end; then the banks; the server that carries them last.
for (const member of members.toReversed()) await member.end()
