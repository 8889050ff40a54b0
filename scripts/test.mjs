// `npm test`: sets up and tests every package; arguments go to turbo (`npm test -- --filter=@micro/core --force`).
import { runTurbo } from './run-tool.mjs'
import { setUp } from './set-up.mjs'

setUp()
const scale = process.env.MICRO_TEST_SCALE || '0.1'
console.log(`Tests at scale ${scale} (MICRO_TEST_SCALE; 1 is every count of the proofs)`)
// One failing package does not hide what the others have to say.
process.exitCode = runTurbo([
  'test',
  '--continue=dependencies-successful',
  '--log-order=grouped',
  ...process.argv.slice(2),
])
