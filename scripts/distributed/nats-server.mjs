// Runs a NATS server for as long as whoever started this process is there.
import { findNatsServers, HOW_TO_GET_NATS_SERVER, startNatsServer } from '../../test-e2e/servers/nats-server.ts'
import { isDockerThere, startNatsInDocker } from './nats-in-docker.mjs'

/** One that stands still is left out after 3 seconds. */
const config = 'ping_interval: "1s"\nping_max: 2\n'

async function startServer() {
  if (findNatsServers().length > 0) return startNatsServer({ config })
  if (isDockerThere()) return startNatsInDocker()
  return undefined
}

// Before anything that takes time: it must not be missed.
const isOver = new Promise((resolve) => process.once('disconnect', resolve))
const server = await startServer()
if (server === undefined) {
  console.error(`There is ${HOW_TO_GET_NATS_SERVER}; or set NATS_URL to one that runs.`)
  process.exitCode = 1
  process.disconnect()
} else {
  process.send({ url: `nats://${server.url}`, pid: server.pid })
  const hasEnded = server.ended.then(() => process.connected && process.disconnect())
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void server.stop())
  await isOver
  await server.stop()
  await hasEnded
}
