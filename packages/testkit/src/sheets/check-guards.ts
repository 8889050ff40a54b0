import { metadataOf, type RecordedEvent } from '@micro/core'
import type { Findings } from './findings.ts'
import type { RowSources } from './row-sources.ts'
import type { RuleRead, RuleRun } from './rule-runs.ts'

export interface CheckGuardsOptions {
  readonly service: string
  readonly sources: RowSources
  /** What the scenario's commands wrote. */
  readonly events: readonly RecordedEvent[]
  readonly findings: Findings
}

/** What optimistic concurrency covers (docs/reference/cycle.md): a rule may decide on nothing else. */
export async function checkGuards(run: RuleRun, options: CheckGuardsOptions): Promise<void> {
  for (const read of run.reads) checkForeignRows(run, read, options)
  const written = new Set(eventsOf(run, options).map(({ stream }) => stream))
  const guards = storedNames(run, options.service).filter((stream) => !written.has(stream))
  if (written.size === 0 || guards.length === 0) return
  checkGuardedRows(run, written, options)
  await checkGuardedAbsence(run, guards, options)
}

/** Rows made of events in streams that the rule does not name. */
function checkForeignRows(run: RuleRun, { model, rows }: RuleRead, { service, findings }: CheckGuardsOptions): void {
  const named = new Set(storedNames(run, service))
  for (const { key, sources } of rows) {
    const foreign = [...sources].filter((stream) => !named.has(stream))
    if (foreign.length === 0) continue
    findings.add(
      `The rule "${run.rule.contract.name}" decides on ${model.name} "${key}", which events in ${listed(foreign, service)} have changed; the rule names ${listed([...named], service)}. ` +
        'A change made there at the same moment would not be noticed. Name that stream too, decide on a row that only named streams write, or declare the model under lookups if it may be stale.',
    )
  }
}

/** Rows that the rule's own events change, though it only guards the streams that they were made of. */
function checkGuardedRows(run: RuleRun, written: ReadonlySet<string>, options: CheckGuardsOptions): void {
  const { sources, service, findings } = options
  for (const { model, rows } of run.reads)
    for (const { key, sources: before } of rows) {
      const own = sources.writes.find((write) => write.model === model && write.key === key && isOf(run, write.event))
      if (own === undefined || [...before].some((stream) => written.has(stream))) continue
      findings.add(
        `The rule "${run.rule.contract.name}" changes ${model.name} "${key}" with the event "${own.event.type}" in ${listed([own.event.stream], service)}, and only guards ${listed([...before], service)}, of which that row was made. ` +
          `A guard stops writers of that stream only: who decides on the row by ${listed([...before], service)} does not notice this event. Write an event into that stream too, and let it change the row.`,
      )
    }
}

/** Absent rows that the rule's own events make, with a guard that protects nothing else that was read. */
async function checkGuardedAbsence(
  run: RuleRun,
  guards: readonly string[],
  options: CheckGuardsOptions,
): Promise<void> {
  const { service, findings } = options
  const made: RuleRead[] = []
  for (const read of run.reads) {
    if (read.rows.length > 0) continue
    // Still absent: that is what a guard may be for.
    if (!(await read.findsSomething())) return
    made.push(read)
  }
  const [first] = made
  if (first === undefined) return
  for (const guard of guards) {
    if (run.reads.some(({ rows }) => rows.some(({ sources }) => sources.has(guard)))) continue
    findings.add(
      `The rule "${run.rule.contract.name}" only guards ${listed([guard], service)}, and its own events make what it must not find: ${first.what}. ` +
        'A guard stops writers of that stream only, so two such commands at once would both pass. Write an event into that stream too.',
    )
  }
}

function eventsOf(run: RuleRun, { events }: CheckGuardsOptions): readonly RecordedEvent[] {
  return events.filter((event) => isOf(run, event))
}

const isOf = (run: RuleRun, event: RecordedEvent): boolean => metadataOf(event)?.commandId === run.commandId

const storedNames = ({ named }: RuleRun, service: string): readonly string[] =>
  named.map((name) => `${service}/${name}`)

function listed(streams: readonly string[], service: string): string {
  if (streams.length === 0) return 'no stream'
  const own = `${service}/`
  const names = streams.map((stream) => `"${stream.startsWith(own) ? stream.slice(own.length) : stream}"`)
  return `${names.length === 1 ? 'the stream' : 'the streams'} ${names.join(', ')}`
}
