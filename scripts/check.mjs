// `npm run check`: everything but the tests. The exit code is how many of the steps failed.
import { join } from 'node:path'
import { checkPackages } from './check-packages.mjs'
import { checkTarballs } from './check-tarballs.mjs'
import { root, runNode, runTurbo, toolPath } from './run-tool.mjs'
import { setUp } from './set-up.mjs'

const steps = {
  // First, because the lint of a test file reads the types of other packages from dist.
  build: () => runTurbo(['build', '--continue=dependencies-successful', '--output-logs=errors-only']),
  'type check': () => runTurbo(['typecheck', '--continue=dependencies-successful', '--output-logs=errors-only']),
  // Boundaries and cycles between files are rules in .oxlintrc.json.
  lint: () => runNode(toolPath('oxlint'), []),
  format: () => runNode(toolPath('oxfmt'), ['--check']),
  'package structure': checkPackages,
  // After the build, which makes this program.
  'benchmark table': () => runNode(join(root, 'bench', 'dist', 'write-document.js'), ['--check']),
  'published packages (publint, attw)': checkTarballs,
}

setUp()
const failed = Object.entries(steps).filter(([name, run]) => {
  console.log(`\n--- ${name}`)
  return run() !== 0
})
console.log()
for (const name of Object.keys(steps))
  console.log(`${failed.some(([other]) => other === name) ? 'FAILED' : 'ok    '} ${name}`)
process.exitCode = failed.length
