// Starts a nats-server with the launcher that tests use, tells its parent the address, and ends it with its parent. `find`
// only prints whether there is one. Run with scripts/typescript-loader.mjs: the launcher is TypeScript that nobody builds.
const { findNatsServers, HOW_TO_GET_NATS_SERVER, startNatsServer } =
  await import('../../test-e2e/servers/nats-server.ts')

if (process.argv[2] === 'find') {
  console.log(findNatsServers().length === 0 ? HOW_TO_GET_NATS_SERVER : '')
} else {
  const server = await startNatsServer()
  process.on('disconnect', () => void server.stop())
  process.send({ address: server.url })
}
