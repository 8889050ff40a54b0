import type { Position, StreamRevision } from '../ports/event-store.ts'
import type { ProjectionRunner } from '../projections/projection-runner.ts'
import type { MaybePromise } from '../values/maybe-promise.ts'
import type { Call } from './call.ts'
import type { Head } from './heads.ts'
import type { Instance } from './instance.ts'
import { assertNotHalted, lowestApplied, reachAll } from './model-access.ts'

/** What one attempt decides on: rows read after it reflect `position` or later, and the streams stood at these revisions. */
export interface Captured {
  readonly position: Position
  /** In the order of the streams. */
  readonly revisions: readonly StreamRevision[]
}

/**
 * Begins an attempt. Rows must reflect every event of the named streams that the append will build on, so: the applied
 * position is asked first, heads second; a head beyond the rows is waited for. What changes afterwards ends in a conflict,
 * never in a wrong acceptance.
 */
export function capture(
  instance: Instance,
  runners: readonly ProjectionRunner[],
  streams: readonly string[],
  call: Call,
  hasConflicted: boolean,
): MaybePromise<Captured> {
  call.check()
  assertNotHalted(runners)
  const position = lowestApplied(instance, runners)
  const known = hasConflicted || instance.tail.position < position ? undefined : knownHeads(instance, streams)
  return known !== undefined && furthest(known) <= position
    ? captured(position, known)
    : captureByAsking(instance, runners, streams, call, hasConflicted)
}

/** The same where the tail, a head or the rows have to be waited for. */
async function captureByAsking(
  instance: Instance,
  runners: readonly ProjectionRunner[],
  streams: readonly string[],
  call: Call,
  hasConflicted: boolean,
): Promise<Captured> {
  for (;;) {
    call.check()
    assertNotHalted(runners)
    const position = lowestApplied(instance, runners)
    const passed = instance.tail.reach(position, call)
    if (passed !== undefined) await passed
    // After a conflict the log itself is asked: the tail may have told meanwhile of less than what the conflict was with.
    const read = hasConflicted
      ? await Promise.all(streams.map((stream) => readHead(instance, stream)))
      : await readHeads(instance, streams)
    const heads = takeHeads(instance, streams, read)
    if (furthest(heads) <= position) return captured(position, heads)
    const caughtUp = reachAll(instance, runners, furthest(heads), call)
    if (caughtUp !== undefined) await caughtUp
  }
}

function furthest(heads: readonly Head[]): Position {
  let furthest = 0
  for (const { position } of heads) if (position > furthest) furthest = position
  return furthest
}

function captured(position: Position, heads: readonly Head[]): Captured {
  return { position, revisions: heads.map(({ revision }) => revision) }
}

/** Whether, once the tail has passed what the rows may reflect by now, the streams still stand where they were captured. */
export async function stillStands(
  instance: Instance,
  runners: readonly ProjectionRunner[],
  streams: readonly string[],
  { revisions }: Captured,
  call: Call,
): Promise<boolean> {
  const applied = await Promise.all(runners.map((runner) => runner.askApplied()))
  const passed = instance.tail.reach(Math.max(0, ...applied), call)
  if (passed !== undefined) await passed
  const read = await readHeads(instance, streams)
  return takeHeads(instance, streams, read).every(({ revision }, at) => revision === revisions[at])
}

/** What is known of each stream, with one backward read for each of which nothing is. */
function readHeads(instance: Instance, streams: readonly string[]): Promise<readonly Head[]> {
  return Promise.all(streams.map(async (stream) => instance.heads.get(stream) ?? readHead(instance, stream)))
}

/** `undefined` when one of them is not known. */
function knownHeads({ heads }: Instance, streams: readonly string[]): readonly Head[] | undefined {
  const known: Head[] = []
  for (const stream of streams) {
    const head = heads.get(stream)
    if (head === undefined) return undefined
    known.push(head)
  }
  return known
}

async function readHead({ store, heads }: Instance, stream: string): Promise<Head> {
  let head: Head = { revision: 'no-stream', position: 0 }
  for await (const [last] of store.readStream(stream, { direction: 'backwards', maxCount: 1 }))
    if (last !== undefined) head = { revision: last.revision, position: last.position }
  heads.fill(stream, head)
  return head
}

/** In one turn. A small cache may have evicted meanwhile what was read a moment ago: then that reading counts. */
function takeHeads({ heads }: Instance, streams: readonly string[], read: readonly Head[]): readonly Head[] {
  return streams.map((stream, at) => {
    const known = heads.get(stream)
    const asked = read[at] as Head
    return known !== undefined && known.position > asked.position ? known : asked
  })
}
