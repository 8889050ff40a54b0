import { isMicroError, MicroError } from '../errors/micro-error.ts'
import type { ErasedProposedEvent } from '../sheets/rule.ts'
import { isPromise } from '../values/maybe-promise.ts'
import type { Call } from './call.ts'
import type { Command } from './command.ts'
import type { HandlerContext } from './handler-context.ts'

/** What a rule says: no, nothing to do (no events), or what then happened. */
export type Decision =
  | { readonly kind: 'no'; readonly error: MicroError }
  | { readonly kind: 'yes'; readonly proposed: readonly ErasedProposedEvent[]; readonly keep: unknown }

/** Whether the command may be asked for at all; `undefined`: it may. A refusal is an error to answer, not thrown. */
export async function authorize(
  { endpoint }: Command,
  call: Call,
  context: HandlerContext,
): Promise<MicroError | undefined> {
  const { authorize: ask } = endpoint.rule.steps
  if (ask === undefined) return undefined
  call.isDeciding = true
  try {
    const refused = authorizationError(await ask(context), endpoint.name)
    call.check()
    return refused
  } catch (error) {
    return refusalOf(error, call)
  } finally {
    call.isDeciding = false
  }
}

/** What `authorize` of a rule or a view answered, as an error; `undefined` for `true`, and for nothing else. */
export function authorizationError(answer: unknown, action: string): MicroError | undefined {
  if (answer === true) return undefined
  return typeof answer === 'string' && answer !== ''
    ? new MicroError('MICRO_FORBIDDEN', answer, { details: { reason: answer } })
    : new MicroError('MICRO_FORBIDDEN', `You may not "${action}".`)
}

/** @throws what is not a refusal but a fault: everything that is not a `MicroError` */
export async function decide({ endpoint }: Command, call: Call, context: HandlerContext): Promise<Decision> {
  const { preValidate, validate, events } = endpoint.rule.steps
  const { payload } = context
  call.isDeciding = true
  try {
    const objection =
      (preValidate && objectionError(preValidate(payload), endpoint.name, 'preValidate')) ??
      (validate && objectionError(await validate(payload, context), endpoint.name, 'validate'))
    call.check()
    if (objection !== undefined) return { kind: 'no', error: objection }
    if (events === undefined) return { kind: 'yes', proposed: [], keep: undefined }
    const proposal = events(payload, context)
    const proposed = isPromise(proposal) ? await proposal : proposal
    call.check()
    return readProposal(proposed, endpoint.name)
  } catch (error) {
    return { kind: 'no', error: refusalOf(error, call) }
  } finally {
    call.isDeciding = false
  }
}

/** A typed error that a step throws is a refusal, unless the call itself has ended. Anything else is thrown. */
function refusalOf(error: unknown, call: Call): MicroError {
  call.check()
  if (isMicroError(error) && !isMicroError(error, 'MICRO_PROJECTION_HALTED') && !isMicroError(error, 'MICRO_INTERNAL'))
    return error
  throw error
}

function objectionError(answer: unknown, action: string, step: string): MicroError | undefined {
  if (answer === undefined) return undefined
  if (typeof answer !== 'string')
    throw new TypeError(
      `"${action}": ${step} answers a string (why not) or undefined (nothing against it), not ${typeof answer}`,
    )
  return new MicroError('MICRO_RULE_BROKEN', answer, { details: { reason: answer } })
}

function readProposal(answer: unknown, action: string): Decision {
  if (Array.isArray(answer)) return { kind: 'yes', proposed: answer, keep: undefined }
  if (typeof answer === 'object' && answer !== null && 'events' in answer && Array.isArray(answer.events))
    return { kind: 'yes', proposed: answer.events, keep: 'keep' in answer ? answer.keep : undefined }
  throw new TypeError(`"${action}": events answers an array of events, or { events, keep }`)
}
