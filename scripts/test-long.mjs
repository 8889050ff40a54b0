// `npm run test:long`: what takes too long for every change. The same tests as in `npm test`, with ten times the count of a
// full run; they print their seeds. A folder's name as argument runs that one's part only.
import { join } from 'node:path'
import { root, runNode, runTurbo } from './run-tool.mjs'
import { setUp } from './set-up.mjs'

const SIMULATION_RUNS = 10
/** Of one run at scale 1. */
const SEEDS_PER_RUN = 400

const steps = [
  { title: '200 kills during 20,000 commands', folder: 'test-e2e', file: 'crashes', env: { MICRO_TEST_SCALE: '10' } },
  {
    title: 'a NATS server that is down for 15 minutes',
    folder: 'packages/transport-nats',
    file: 'network',
    env: { MICRO_TEST_SCALE: '10' },
  },
  ...Array.from({ length: SIMULATION_RUNS }, (_, index) => {
    const first = 1 + index * SEEDS_PER_RUN
    return {
      title: `simulation, seeds ${first} to ${first + SEEDS_PER_RUN - 1}`,
      folder: 'packages/testkit',
      file: 'simulation.test',
      env: { MICRO_TEST_SCALE: '1', MICRO_TEST_SEED: String(first) },
    }
  }),
]

setUp()
const [only] = process.argv.slice(2)
const chosen = steps.filter(({ folder }) => only === undefined || join(only) === join(folder))
// Banks are started from dist.
let failed = runTurbo(['build', '--output-logs=errors-only', '--log-prefix=none']) === 0 ? 0 : 1
if (failed === 0)
  for (const [index, { title, folder, file, env }] of chosen.entries()) {
    console.log(`\n=== ${index + 1} of ${chosen.length}: ${title}`)
    const cwd = join(root, folder)
    const vitest = join(cwd, 'node_modules', 'vitest', 'vitest.mjs')
    // Not where CI counts its own runs.
    const report = '--outputFile.json=.test-results/long.json'
    if (runNode(vitest, ['run', file, report], { cwd, env }) !== 0) failed++
  }
console.log(failed === 0 ? '\nAll passed' : `\nFAILED: ${failed}`)
process.exitCode = failed === 0 ? 0 : 1
