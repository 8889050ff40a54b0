// `npm start`, `npm run reset`, `npm run bank:import`: sets up, builds the bank, and becomes it.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root, runTurbo } from './run-tool.mjs'
import { setUp } from './set-up.mjs'

const [program, ...args] = process.argv.slice(2)

setUp()
const status = runTurbo(['build', '--filter=@micro/example-bank', '--output-logs=errors-only', '--log-prefix=none'])
if (status !== 0) {
  console.error('The bank could not be built; the compiler says why above.')
  process.exit(status)
}

// npm starts scripts in the repository's root and keeps the folder the person was in: file names are meant from there.
const startedIn = process.env.INIT_CWD ?? process.cwd()
const fromWhereThePersonIs = (arg) => (existsSync(resolve(startedIn, arg)) ? resolve(startedIn, arg) : arg)

// npm hands SIGTERM to a shell that dies of it and tells nobody: when that shell is gone, the bank is meant.
if (process.env.npm_lifecycle_event) {
  const shell = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, 200)
  watch.unref()
}

// The program runs in this process and not in a child: a signal, `kill -9` too, reaches the bank itself,
// and there is no parent that could outlive it or die before it.
const entry = join(root, 'examples', 'bank', 'dist', `${program}.js`)
process.chdir(root)
process.argv = [process.execPath, entry, ...args.map(fromWhereThePersonIs)]
await import(pathToFileURL(entry).href)
