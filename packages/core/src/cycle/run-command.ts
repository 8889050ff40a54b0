import { isMicroError, MicroError } from '../errors/micro-error.ts'
import type { Answer } from '../micro/answer.ts'
import { payloadDigest } from '../ids/payload-digest.ts'
import type { Position, RecordedEvent, StreamWrite } from '../ports/event-store.ts'
import type { JsonValue } from '../values/json.ts'
import { canonicalJson } from '../values/canonical-json.ts'
import { isPromise } from '../values/maybe-promise.ts'
import { isSecretFree, type JsonWithSecrets } from '../values/seal-json.ts'
import { sealMade } from '../values/seal-made.ts'
import { awaitPositions } from './await-positions.ts'
import { pause } from './backoff.ts'
import { buildWrites, guardsOf } from './build-writes.ts'
import type { Call } from './call.ts'
import { capture, type Captured, stillStands } from './capture.ts'
import type { Command } from './command.ts'
import { authorize, decide, type Decision } from './decide.ts'
import { HandlerContext } from './handler-context.ts'
import { assertNotHalted, reachAll } from './model-access.ts'
import { type NamedStreams, nameStreams } from './name-streams.ts'
import { idReused, readAppendBeginningAt, readAppendEndingAt, recordedDigest, repeatRefused } from './repeat.ts'
import { standInLanes } from './stand-in-lanes.ts'

const MOST_ATTEMPTS = 6

/** What is to be answered once the lanes are left. */
type Settled =
  | { readonly kind: 'kept'; readonly response: JsonValue | undefined }
  | {
      readonly kind: 'respond'
      readonly events: readonly RecordedEvent[]
      readonly keep: unknown
      readonly repeated: boolean
    }

/**
 * The command cycle after the schema: positions → lanes → (capture → authorize → journal → preValidate → validate → events →
 * append at the captured revisions, again after a conflict) → models have the commit → leave lanes → respond.
 */
export async function runCommand(command: Command, call: Call, payload: JsonWithSecrets): Promise<Answer> {
  const { instance } = command
  instance.appends.checkRoom()
  const waiting = awaitPositions(instance, command.changes, call)
  if (waiting !== undefined) await waiting
  const context = new HandlerContext(call, command.surroundings, payload, command.models, command.lookups)
  if (command.endpoint.rule.steps.authorize !== undefined) await refuseEarly(command, call, context)
  const streams = nameStreams(command, call, payload)
  const lanes = standInLanes(instance, call, streams.stored)
  if (lanes.turn !== undefined) await lanes.turn
  const run = new Run(command, call, context, streams)
  let settled: Settled
  try {
    settled = (await run.attempt()) ?? (await run.tryAgain())
  } catch (error) {
    tellWhetherDone(command, call, error)
    throw error
  } finally {
    lanes.leave()
  }
  if (settled.kind === 'kept') return { response: settled.response, repeated: true, context: call }
  const asked = new HandlerContext(call, command.surroundings, payload, command.models, command.lookups)
  const answered = ask(command, asked, settled)
  const response = checkedResponse(command, isPromise(answered) ? await answered : answered)
  keepReply(command, settled.events, response)
  return { response, repeated: settled.repeated, context: call }
}

/** Once the log holds a command, whatever a run of it answers is said of something that is done. */
function tellWhetherDone({ instance }: Command, call: Call, error: unknown): void {
  if (isMicroError(error, 'MICRO_ID_REUSED') || call.outcome !== 'none') return
  if (instance.journal.get(call.commandId) !== undefined) call.outcome = 'done'
}

/** A refusal that read no row is final: nothing that happens meanwhile could change it. */
async function refuseEarly(command: Command, call: Call, context: HandlerContext): Promise<void> {
  const { reads } = command.instance
  const before = reads.count
  const refused = await authorize(command, call, context)
  if (refused !== undefined && reads.count === before) throw refused
}

/** One command inside its lanes. */
class Run {
  readonly #command: Command
  readonly #call: Call
  readonly #context: HandlerContext
  readonly #streams: NamedStreams
  #digest: string | undefined

  constructor(command: Command, call: Call, context: HandlerContext, streams: NamedStreams) {
    this.#command = command
    this.#call = call
    this.#context = context
    this.#streams = streams
  }

  /** Attempts after the first one, which met a conflict. */
  async tryAgain(): Promise<Settled> {
    const { heads, host } = this.#command.instance
    for (let attempt = 1; ; attempt++) {
      for (const stream of this.#streams.stored) heads.forget(stream)
      if (attempt === MOST_ATTEMPTS) break
      const pauseMs = host.runtime.random() * 2 ** attempt
      await pause(host.runtime, pauseMs, this.#call.isOver ? AbortSignal.abort() : undefined)
      const settled = await this.attempt(true)
      if (settled !== undefined) return settled
    }
    throw new MicroError(
      'MICRO_CONFLICT',
      `"${this.#command.endpoint.name}" met other changes ${MOST_ATTEMPTS} times. Try again.`,
    )
  }

  /** `undefined`: somebody else was first, try again. */
  async attempt(hasConflicted = false): Promise<Settled | undefined> {
    const { endpoint, instance, decidedOn, changes } = this.#command
    const call = this.#call
    const capturing = capture(instance, decidedOn, this.#streams.stored, call, hasConflicted)
    const captured = isPromise(capturing) ? await capturing : capturing
    assertNotHalted(changes)
    const refused =
      endpoint.rule.steps.authorize === undefined ? undefined : await authorize(this.#command, call, this.#context)
    if (refused !== undefined) return this.#confirmNo(captured, hasConflicted, refused)
    const first = instance.journal.get(call.commandId)
    if (first !== undefined) return this.#repeat(first)
    const decision = await decide(this.#command, call, this.#context)
    if (decision.kind === 'no') return this.#confirmNo(captured, hasConflicted, decision.error)
    if (decision.proposed.length > 0) return await this.#append(captured, decision)
    if (!(await this.#isConfirmed(captured, hasConflicted))) return undefined
    call.positions.reach(instance.store.id, captured.position)
    return { kind: 'respond', events: [], keep: decision.keep, repeated: false }
  }

  async #confirmNo(captured: Captured, hasConflicted: boolean, error: MicroError): Promise<undefined> {
    if (!(await this.#isConfirmed(captured, hasConflicted))) return undefined
    this.#call.positions.reach(this.#command.instance.store.id, captured.position)
    throw error
  }

  /** A stale "no" is as wrong as a stale "yes": whether the streams still stood as captured when the rule had decided. */
  async #isConfirmed(captured: Captured, hasConflicted: boolean): Promise<boolean> {
    const { instance, decidedOn } = this.#command
    if (this.#streams.stored.length === 0) return true
    if (hasConflicted) return stillStands(instance, decidedOn, this.#streams.stored, captured, this.#call)
    try {
      await instance.store.append(guardsOf(this.#streams, captured))
      return true
    } catch (error) {
      if (isMicroError(error, 'MICRO_CONFLICT')) return false
      throw error
    }
  }

  async #append(captured: Captured, decision: Extract<Decision, { kind: 'yes' }>): Promise<Settled | undefined> {
    const { endpoint, instance, changes } = this.#command
    const call = this.#call
    const { commandId } = call
    const writes = buildWrites(this.#command, call, this.#streams, captured, decision.proposed, this.#payloadDigest())
    const expected = instance.tail.expect(commandId)
    try {
      call.checkTime(instance.host.runtime.monotonic())
      call.outcome = 'unknown'
      instance.unknown.add(commandId)
      let position: Position
      try {
        position = (await instance.appends.append(writes)).position
      } catch (error) {
        return await this.#notAppended(error)
      }
      this.#settled('done')
      call.positions.reach(instance.store.id, position)
      const caughtUp = reachAll(instance, changes, position, call)
      if (caughtUp !== undefined) await caughtUp
      const events = expected.events ?? (await readAppendEndingAt(this.#command, position))
      this.#assertOwn(events)
      const repeated = !isAsProposed(events, writes)
      if (repeated && endpoint.rule.repeat === 'refuse') throw repeatRefused(this.#command)
      return { kind: 'respond', events, keep: repeated ? undefined : decision.keep, repeated }
    } finally {
      instance.tail.forget(commandId)
    }
  }

  /** What the first run of this command left; `undefined` when another command was first. */
  #notAppended(error: unknown): Promise<Settled> | undefined {
    if (isMicroError(error, 'MICRO_CONFLICT')) {
      // The captured revisions are gone for ever, so no attempt that built on them can land any more.
      this.#settled('none')
      return undefined
    }
    if (isMicroError(error, 'MICRO_DUPLICATE')) return this.#firstRun(error)
    // An error that says so wrote nothing; anything else might have.
    if (isMicroError(error) && error.outcome === 'none') this.#settled('none')
    throw error
  }

  /** The store holds this command though the journal did not: the tail has yet to bring it, or it is older than the journal. */
  async #firstRun(duplicate: MicroError<'MICRO_DUPLICATE'>): Promise<Settled> {
    const { instance } = this.#command
    this.#settled('done')
    const caughtUp = instance.tail.reach(await instance.store.head(), this.#call)
    if (caughtUp !== undefined) await caughtUp
    const { eventId, position } = duplicate.details ?? {}
    const first =
      instance.journal.get(this.#call.commandId) ?? (eventId === this.#call.commandId ? position : undefined)
    if (first === undefined) throw repeatRefused(this.#command)
    return this.#repeat(first)
  }

  async #repeat(first: Position): Promise<Settled> {
    const { endpoint, instance, changes } = this.#command
    const call = this.#call
    this.#settled('done')
    const kept = instance.replies.get(first)
    if (kept !== undefined && kept.payloadDigest === this.#payloadDigest()) {
      call.positions.reach(instance.store.id, kept.position)
      return { kind: 'kept', response: kept.response }
    }
    const events = await readAppendBeginningAt(this.#command, first)
    this.#assertOwn(events)
    if (endpoint.rule.repeat === 'refuse' || this.#payloadDigest() === undefined) throw repeatRefused(this.#command)
    const position = (events.at(-1) as RecordedEvent).position
    call.positions.reach(instance.store.id, position)
    const caughtUp = reachAll(instance, changes, position, call)
    if (caughtUp !== undefined) await caughtUp
    return { kind: 'respond', events, keep: undefined, repeated: true }
  }

  /** The log holds these events under this command's id: only the same payload may say that it did it. */
  #assertOwn(events: readonly RecordedEvent[]): void {
    const [first] = events
    if (first === undefined || recordedDigest(first) === this.#payloadDigest()) return
    this.#settled('none')
    throw idReused(this.#command)
  }

  /** It is known now what the log holds of this command. */
  #settled(outcome: 'none' | 'done'): void {
    this.#call.outcome = outcome
    this.#command.instance.unknown.settle(this.#call.commandId)
  }

  #payloadDigest(): string | undefined {
    const payload = this.#context.payload as JsonWithSecrets
    if (this.#digest === undefined && isSecretFree(payload))
      this.#digest = payloadDigest(this.#call.callersId, payload ?? null)
    return this.#digest
  }
}

/** Whether the log recorded what this run proposed; if not, another run of the same command was first. */
function isAsProposed(events: readonly RecordedEvent[], writes: readonly StreamWrite[]): boolean {
  let at = 0
  for (const { events: proposed = [] } of writes)
    for (const { type, data } of proposed) {
      const recorded = events[at++]
      if (recorded === undefined || recorded.type !== type) return false
      if (recorded.data !== data && canonicalJson(recorded.data) !== canonicalJson(data)) return false
    }
  return at === events.length
}

/** What `respond` answers to these events. */
function ask(
  { endpoint }: Command,
  context: HandlerContext,
  { events, keep }: Extract<Settled, { kind: 'respond' }>,
): unknown {
  const { respond } = endpoint.rule.steps
  if (respond === undefined) return undefined
  context.events = events
  context.keep = keep
  return respond(context)
}

function checkedResponse({ endpoint }: Command, answered: unknown): JsonValue | undefined {
  if (endpoint.rule.steps.respond === undefined) return undefined
  const response = answered === undefined ? undefined : sealMade(answered, `the response of "${endpoint.name}"`)
  const problem = endpoint.response?.validate(response)?.[0]
  if (problem !== undefined)
    throw new TypeError(
      `"${endpoint.name}": the response is not as the contract says: ${problem.path} ${problem.message}`,
    )
  return response
}

function keepReply(
  { endpoint, instance }: Command,
  events: readonly RecordedEvent[],
  response: JsonValue | undefined,
): void {
  const [first] = events
  const digest = first && recordedDigest(first)
  if (first === undefined || digest === undefined || endpoint.rule.repeat !== 'answer') return
  const { position } = events.at(-1) as RecordedEvent
  instance.replies.keep(first.position, { response, payloadDigest: digest, position })
}
