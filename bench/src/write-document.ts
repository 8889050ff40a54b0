// Writes the results into the document, or with --check sees that they are there. The exit code is 1 when they are not.
import { readFileSync, writeFileSync } from 'node:fs'
import { problemsOf, withResults } from './report/document.ts'
import { DOCUMENT_FILE, readReasons, readResults } from './report/files.ts'

const results = readResults()
if (results === undefined) throw new Error('bench/results.json is missing: run `npm run bench`')
const reasons = readReasons()
const document = readFileSync(DOCUMENT_FILE, 'utf8')
const wanted = withResults(document, results, reasons)
const problems = problemsOf(results, reasons)
if (!process.argv.includes('--check')) writeFileSync(DOCUMENT_FILE, wanted)
else if (document !== wanted)
  problems.push('docs/reference/performance.md does not show bench/results.json: run `npm run bench -- --document`')
for (const problem of problems) console.error(problem)
process.exitCode = problems.length === 0 ? 0 : 1
