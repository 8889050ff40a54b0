// sqlite3, which emmett-sqlite needs, comes without its binary: nobody's install is to run its script, so it is built here, by
// its own sources and the headers that Node has brought. Where that fails, row P4 goes without this peer.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)
const file = require.resolve('sqlite3/package.json')

if (!existsSync(join(dirname(file), 'build/Release/node_sqlite3.node'))) {
  console.log('building sqlite3 for row P4, once')
  const nodeGyp = createRequire(file).resolve('node-gyp/bin/node-gyp.js')
  const prefix = dirname(dirname(process.execPath))
  const headers = existsSync(join(prefix, 'include/node/node_api.h')) ? [`--nodedir=${prefix}`] : []
  const { status } = spawnSync(process.execPath, [nodeGyp, 'rebuild', ...headers], {
    cwd: dirname(file),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) console.error(`sqlite3 could not be built (${status}): row P4 goes without emmett-sqlite`)
}
