// `npm run start:distributed`: sets up, builds the bank, and runs it as several processes that find each other over NATS.
import { buildBank } from './build-bank.mjs'
import { endWithNpm } from './end-with-npm.mjs'
import { root } from './run-tool.mjs'
import { setUp } from './set-up.mjs'

setUp()
buildBank()
endWithNpm()
process.chdir(root)
await import('./distributed/run.mjs')
