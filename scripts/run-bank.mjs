// `npm start`, `npm run reset`, `npm run bank:import`: sets up, builds the bank, and becomes it.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildBank } from './build-bank.mjs'
import { endWithNpm } from './end-with-npm.mjs'
import { root } from './run-tool.mjs'
import { setUp } from './set-up.mjs'

const [program, ...args] = process.argv.slice(2)

setUp()
buildBank()

// npm starts scripts in the repository's root and keeps the folder the person was in: file names are meant from there.
const startedIn = process.env.INIT_CWD ?? process.cwd()
const fromWhereThePersonIs = (arg) => (existsSync(resolve(startedIn, arg)) ? resolve(startedIn, arg) : arg)

endWithNpm()

// The program runs in this process and not in a child: a signal, `kill -9` too, reaches the bank itself,
// and there is no parent that could outlive it or die before it.
const entry = join(root, 'examples', 'bank', 'dist', `${program}.js`)
process.chdir(root)
process.argv = [process.execPath, entry, ...args.map(fromWhereThePersonIs)]
await import(pathToFileURL(entry).href)
