// Sums the JSON reports that vitest leaves in each package. Usage: node scripts/count-tests.mjs REPORT FOLDER...
// Prints "PASSED FAILED"; says on the error output what does not count as tested.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readJson, root } from './run-tool.mjs'

/** One report as numbers, and what is wrong with it besides failed tests. */
function readReport(folder, name) {
  const path = join(root, folder, '.test-results', name)
  if (!existsSync(path)) return { passed: 0, failed: 0, problems: [`${folder}: no report, its tests did not run`] }
  const report = readJson(path)
  const { numTotalTests: total, numPassedTests: passed, numFailedTests: failed } = report
  const left = total - passed - failed
  const problems = []
  if (total === 0) problems.push(`${folder}: no test ran`)
  if (left > 0) problems.push(`${folder}: ${left} tests were skipped or are todo; every test runs here`)
  // A file that could not be loaded, a type error or an unhandled rejection: no test of its own has failed.
  if (!report.success && failed === 0 && total > 0) problems.push(`${folder}: the run failed outside its tests`)
  return { passed, failed, problems }
}

const [name, ...folders] = process.argv.slice(2)
const results = folders.map((folder) => readReport(folder, name))
const problems = results.flatMap((result) => result.problems)
for (const problem of problems) console.error(problem)
const sum = (key) => results.reduce((total, result) => total + result[key], 0)
console.log(`${sum('passed')} ${sum('failed') + problems.length}`)
