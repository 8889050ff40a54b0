// `npm run bench`: sets up, builds, measures; arguments are rows (`npm run bench -- P3`).
import { join } from 'node:path'
import { root, runNode, runTurbo } from './run-tool.mjs'
import { setUp } from './set-up.mjs'

setUp()
runNode(join(root, 'bench', 'programs', 'build-sqlite3.mjs'), [])
const built = runTurbo(['build', '--filter=@micro/bench', '--output-logs=errors-only', '--log-prefix=none'])
process.exitCode = built || runNode(join(root, 'bench', 'dist', 'main.js'), process.argv.slice(2))
