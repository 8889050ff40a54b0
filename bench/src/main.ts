// `npm run bench -- P3`: runs the rows that are named, or all, and writes results.json and the document.
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { SingleBar } from 'cli-progress'
import type { Row } from './measure/row.ts'
import { runRow } from './measure/run-row.ts'
import { readResults, RESULTS_FILE } from './report/files.ts'
import type { RowResult } from './report/results.ts'
import { printRow } from './report/print-row.ts'
import { toResult } from './report/to-result.ts'
import { rowById, ROWS } from './rows/all-rows.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Part of the counts, for a trial: nothing is written then. */
    scale: { type: 'string', default: '1' },
    rounds: { type: 'string' },
    /** Only writes the document from the results that are there. */
    document: { type: 'boolean', default: false },
  },
})

async function measure(row: Row): Promise<RowResult> {
  const bar = new SingleBar({
    format: `${row.id} {bar} round {value} of {total}, {duration_formatted}`,
    noTTYOutput: true,
    notTTYSchedule: 10_000,
  })
  bar.start(row.warmUps + row.rounds, 0)
  try {
    return toResult(row, await runRow(row, { scale: Number(values.scale), onRound: (done) => bar.update(done) }))
  } finally {
    bar.stop()
  }
}

/** Other rows stay as they were measured last. */
function write(measured: readonly RowResult[]): void {
  const byId = new Map([...(readResults()?.rows ?? []), ...measured].map((row) => [row.id, row]))
  const rows = [...byId.values()].sort((a, b) => a.id.localeCompare(b.id))
  const results = { node: process.version, cpus: availableParallelism(), rows }
  writeFileSync(RESULTS_FILE, `${JSON.stringify(results, undefined, 2)}\n`)
}

if (!values.document) {
  const rows = positionals.length === 0 ? ROWS : positionals.map(rowById)
  const measured: RowResult[] = []
  for (const row of rows) {
    const missing = await row.missing?.()
    if (missing !== undefined) {
      console.warn(`${row.id} is left out: ${missing}`)
      continue
    }
    const result = await measure(values.rounds === undefined ? row : { ...row, rounds: Number(values.rounds) })
    printRow(result)
    measured.push(result)
  }
  if (values.scale === '1' && values.rounds === undefined) write(measured)
}
if (readResults() !== undefined) await import('./write-document.ts')
