import { Appends } from '../cycle/appends.ts'
import { Heads } from '../cycle/heads.ts'
import type { CallCarrier, Instance } from '../cycle/instance.ts'
import { Journal } from '../cycle/journal.ts'
import { KeptReplies } from '../cycle/kept-replies.ts'
import { Lanes } from '../cycle/lanes.ts'
import { readJournal } from '../cycle/read-journal.ts'
import { Tail } from '../cycle/tail.ts'
import { Timestamp } from '../cycle/timestamp.ts'
import type { EventStore, Position } from '../ports/event-store.ts'
import type { ProjectionStore } from '../ports/projection-store.ts'
import { openProjection } from '../projections/open-projection.ts'
import { warnOfChangedReducers } from '../projections/warn-of-changed-reducers.ts'
import type { ProjectionRunner } from '../projections/projection-runner.ts'
import type { WiredService } from './wire-service.ts'

/** Reading the journal backwards ends after this many events, however few commands were among them. */
const MOST_JOURNAL_EVENTS = 1_000_000

/** Makes the command cycle on opened ports: models where they stand, a journal of past commands, and a tail to start. */
export async function openInstance(
  { settings, projectionStore: projectionProvider, projections: planned, endpoints, name }: WiredService,
  store: EventStore,
  projections: ProjectionStore,
  carrier: CallCarrier,
  onFatal: (error: unknown) => void,
): Promise<Instance> {
  const { host } = carrier
  const runners = new Map<string, ProjectionRunner>()
  for (const plan of planned.plans) {
    const runner = await openProjection(plan, store, projections, host)
    if (projectionProvider.capabilities.durable) await warnOfChangedReducers(plan, runner.projection, projections, host)
    runners.set(plan.module, runner)
  }
  const after = await firstPosition([...runners.values()], store)
  const journal = new Journal(settings.journalCommands)
  const hasCommands = [...endpoints.values()].some(({ kind }) => kind === 'command')
  if (hasCommands)
    await readJournal(journal, {
      store,
      service: name,
      before: after,
      commands: settings.journalCommands,
      mostEvents: MOST_JOURNAL_EVENTS,
    })
  const heads = new Heads({ limit: settings.cachedStreams, fromBeginning: after === 0 })
  const tail = new Tail({
    store,
    projections: [...runners.values()],
    heads,
    journal,
    host,
    turns: carrier.turns,
    after,
    onFatal,
  })
  return {
    ...carrier,
    store,
    projections,
    tail,
    heads,
    journal,
    lanes: new Lanes(Math.max(1, Math.floor(settings.concurrency / 4))),
    appends: new Appends(store, host, settings.unansweredAppends),
    replies: new KeptReplies(settings.keptReplyBytes),
    timestamp: new Timestamp(host.runtime),
    runners,
  }
}

/** Where the tail begins: behind the models that are furthest behind; without models nothing old is needed. */
function firstPosition(runners: readonly ProjectionRunner[], store: EventStore): Position | Promise<Position> {
  return runners.length === 0 ? store.head() : Math.min(...runners.map(({ applied }) => applied))
}
