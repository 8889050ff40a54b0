// `npm test`: sets up and tests every package; arguments go to turbo (`npm test -- --filter=@micro/core --force`).
import { runTurbo } from './run-tool.mjs'
import { setUp } from './set-up.mjs'

setUp()
// One failing package does not hide what the others have to say.
process.exitCode = runTurbo([
  'test',
  '--continue=dependencies-successful',
  '--log-order=grouped',
  ...process.argv.slice(2),
])
