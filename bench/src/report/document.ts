import type { Reasons } from './files.ts'
import type { ComparisonResult, LimitResult, Results, RowResult, Target } from './results.ts'

const BEGIN = '<!-- results: written by `npm run bench` -->'
const END = '<!-- end of results -->'

/** The document with its table as the results say. */
export function withResults(document: string, results: Results, reasons: Reasons): string {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)]
  if (begin < 0 || end < begin) throw new Error(`The document has no place between ${BEGIN} and ${END}`)
  return `${document.slice(0, begin + BEGIN.length)}\n\n${sections(results, reasons)}\n${document.slice(end)}`
}

function sections({ node, cpus, rows }: Results, reasons: Reasons): string {
  const head = `Node ${node}, ${cpus} processors.\n`
  return [head, ...rows.map((row) => section(row, reasons[row.id] ?? {}))].join('\n')
}

function section(row: RowResult, reasons: Readonly<Record<string, string>>): string {
  const lines = [
    `### ${row.id}: ${row.work}`,
    '',
    '| micro beside | target | ratio (least to most) | of the quickest rounds | of processor time | |',
    '| --- | --- | --- | --- | --- | --- |',
    ...row.comparisons.map(comparisonLine),
    ...row.limits.map(limitLine),
    '',
  ]
  const missed = [...row.comparisons, ...row.limits].filter(({ met }) => met === false)
  for (const { what } of missed) lines.push(`Missed: ${what}. ${reasons[what] ?? 'Nobody knows why yet.'}`, '')
  const versions = Object.entries(row.versions).map(([name, version]) => `${name} ${version}`)
  lines.push(`${row.rounds} rounds${versions.length > 0 ? `; ${versions.join(', ')}` : ''}.`, '')
  return lines.join('\n')
}

const MEASURES: Readonly<Record<string, string>> = { rate: '', cost: ' (cost)' }

function comparisonLine({ what, measure, ratio, bestRatio, cpuRatio, met, ...target }: ComparisonResult): string {
  const shown = `${what}${MEASURES[measure] ?? ` (${measure})`}`
  return line([
    shown,
    targetText(target),
    spread(ratio),
    bestRatio === undefined ? '' : `${bestRatio}`,
    cpuRatio === undefined ? '' : `${cpuRatio.median}`,
    verdict(met),
  ])
}

function limitLine({ what, unit, atMost, value, met }: LimitResult): string {
  return line([what, `≤ ${atMost} ${unit}`, `${spread(value)} ${unit}`, '', '', verdict(met)])
}

function targetText({ atLeast, atMost }: Target): string {
  if (atLeast !== undefined) return `≥ ${atLeast}`
  return atMost === undefined ? '' : `≤ ${atMost}`
}

function spread({ median, least, most }: { median: number; least: number; most: number }): string {
  return `**${median}** (${least} to ${most})`
}

function verdict(met: boolean | undefined): string {
  if (met === undefined) return ''
  return met ? 'met' : '**missed**'
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

/** What is wrong between results and reasons: a missed target has one, a met one has none. */
export function problemsOf(results: Results, reasons: Reasons): string[] {
  const missed = new Set(
    results.rows.flatMap((row) =>
      [...row.comparisons, ...row.limits].filter(({ met }) => met === false).map(({ what }) => `${row.id}: ${what}`),
    ),
  )
  const explained = new Set(
    Object.entries(reasons).flatMap(([id, each]) => Object.keys(each).map((what) => `${id}: ${what}`)),
  )
  return [
    ...[...missed]
      .filter((each) => !explained.has(each))
      .map((each) => `${each} is missed and reasons.json has no reason`),
    ...[...explained]
      .filter((each) => !missed.has(each))
      .map((each) => `${each} has a reason in reasons.json and is not missed`),
  ]
}
