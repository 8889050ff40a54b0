import {
  type CallResult,
  type Contract,
  isMicroError,
  memoryEventStore,
  memoryProjectionStore,
  type MicroError,
  type RecordedEvent,
} from '@micro/core'
import { conformanceHost } from '../conformance/conformance-host.ts'
import { followProjections } from '../micro/followed-projections.ts'
import { startMicro, type StartedMicro, type StartMicroOptions } from '../micro/start-micro.ts'
import { seededRuntime } from '../runtime/seeded-runtime.ts'
import { checkGuards } from './check-guards.ts'
import { checkReplays } from './check-replays.ts'
import { checkRows } from './check-rows.ts'
import { Findings } from './findings.ts'
import { type PlainGivenEvent, recordGiven } from './given-events.ts'
import { observeReducer } from './observe-reducers.ts'
import { observeRule } from './observe-rules.ts'
import { RowSources } from './row-sources.ts'
import { RuleRuns } from './rule-runs.ts'
import type { CommandOptions, ScenarioOptions } from './scenario-options.ts'
import { type SourceParts, withSheets } from './source-parts.ts'

export interface PlayOptions {
  readonly scenario: Omit<ScenarioOptions, 'events'>
  readonly given: readonly PlainGivenEvent[]
  readonly contract: Contract
  readonly payload: unknown
  readonly options: CommandOptions
}

/** What the command did. */
export interface Played {
  readonly answer: CallResult<unknown> | MicroError
  /** Written by the command and by whatever it called. */
  readonly events: readonly RecordedEvent[]
  /** What an `MICRO_INTERNAL` answer hides from callers: the error that the sheets threw. */
  readonly fault: unknown
  readonly seed: number
}

/**
 * Starts the service on a log of the given events, runs the command, and checks what always holds.
 *
 * @throws AssertionError naming every sheet that breaks what it promises
 */
export async function play({ scenario, given, contract, payload, options }: PlayOptions): Promise<Played> {
  const { seed, startAt, ...own } = scenario
  const runtime = seededRuntime({ seed, startAt })
  const parts: SourceParts = { name: own.name, sheets: own.sheets ?? {}, modules: own.modules ?? [] }
  const store = memoryEventStore()
  const log = await store.open(conformanceHost({ runtime, service: own.name }))
  await recordGiven(given, { parts, store: log, runtime })

  const findings = new Findings()
  const sources = new RowSources()
  const runs = new RuleRuns()
  const observed = withSheets(parts, (sheets) => ({
    ...sheets,
    ...(sheets.rules && { rules: sheets.rules.map((rule) => observeRule(rule, { runs, sources, findings })) }),
    ...(sheets.reducers && { reducers: sheets.reducers.map((reducer) => observeReducer(reducer, sources, findings)) }),
  }))
  const followed = followProjections(memoryProjectionStore())
  const startOptions: StartMicroOptions = { ...own, ...observed, runtime, store, projections: followed.provider }
  await using micro = await startMicro(startOptions)
  const answer = await micro.call(contract, payload, options).catch((error: unknown) => {
    if (isMicroError(error)) return error
    throw error
  })
  const fault = micro.log.of('error').find(({ message }) => message === 'an action failed')?.fields['err']
  if (await hasSettled(micro, findings)) {
    const events = (await micro.events()).slice(given.length)
    for (const run of runs.all) await checkGuards(run, { service: own.name, sources, events, findings })
    const live = await followed.tables()
    checkRows(live, parts, findings)
    await micro.stop()
    await checkReplays({ parts, store, live, seed: runtime.seed, findings })
  }
  findings.assertNone(`"${contract.name}" (seed ${runtime.seed})`)
  return { answer, events: (await readAll(log)).slice(given.length), fault, seed: runtime.seed }
}

/** Models that have halted are a finding: nothing that depends on rows can be checked then. */
async function hasSettled(micro: StartedMicro, findings: Findings): Promise<boolean> {
  try {
    await micro.settled()
    return true
  } catch (error) {
    for (const { fields } of micro.log.of('error'))
      if (isMicroError(fields['err'], 'MICRO_PROJECTION_HALTED'))
        findings.add(`${fields['err'].message} ${fields['err'].details?.reason ?? ''}`)
    findings.add(error instanceof Error ? error.message : String(error))
    return false
  }
}

async function readAll(log: { readAll(): AsyncIterable<readonly RecordedEvent[]> }): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = []
  for await (const batch of log.readAll()) events.push(...batch)
  return events
}
