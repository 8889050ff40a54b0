import type { Call } from '../cycle/call.ts'
import { type Command } from '../cycle/command.ts'
import { HandlerContext, type HandlerSurroundings } from '../cycle/handler-context.ts'
import { runCommand } from '../cycle/run-command.ts'
import { runView, type View } from '../cycle/run-view.ts'
import { createScopeIds } from '../ids/scope-id.ts'
import type { MaybePromise } from '../values/maybe-promise.ts'
import type { JsonWithSecrets } from '../values/seal-json.ts'
import type { ActionEndpoint, Endpoint } from '../wiring/endpoint.ts'
import type { Answer } from './answer.ts'
import { payloadCheck } from './payload-check.ts'

/** An action ready to be called in a running service. */
export interface BoundEndpoint {
  readonly endpoint: Endpoint
  readonly scope: (subject: string | undefined) => string
  /** @throws MicroError `MICRO_INVALID` */
  readonly checkPayload: (given: unknown) => unknown
  /** @param payload checked */
  readonly run: (call: Call, payload: unknown) => MaybePromise<unknown>
  /** Checks what `run` came to. */
  readonly answer: (call: Call, made: unknown) => Answer
}

export function boundCommand(command: Command, service: string): BoundEndpoint {
  const run = (call: Call, payload: unknown): Promise<Answer> => runCommand(command, call, payload as JsonWithSecrets)
  return bound(command.endpoint, service, run, (_call, answer) => answer as Answer)
}

export function boundView(view: View, service: string): BoundEndpoint {
  const run = (call: Call, payload: unknown): Promise<unknown> => runView(view, call, payload as JsonWithSecrets)
  return bound(view.endpoint, service, run, checkedBy(view.endpoint))
}

export function boundAction(
  endpoint: ActionEndpoint,
  surroundings: HandlerSurroundings,
  service: string,
): BoundEndpoint {
  const run = (call: Call, payload: unknown): MaybePromise<unknown> => {
    // It may call commands: who gives up on it cannot know which.
    call.outcome = 'unknown'
    return endpoint.handle(payload, new HandlerContext(call, surroundings, payload))
  }
  return bound(endpoint, service, run, checkedBy(endpoint))
}

function bound(
  endpoint: Endpoint,
  service: string,
  run: BoundEndpoint['run'],
  answer: BoundEndpoint['answer'],
): BoundEndpoint {
  return { endpoint, scope: createScopeIds(service, endpoint.name), checkPayload: payloadCheck(endpoint), run, answer }
}

function checkedBy({ name, response }: Endpoint): BoundEndpoint['answer'] {
  return (call, made) => {
    const problem = response?.validate(made)?.[0]
    if (problem !== undefined)
      throw new TypeError(`"${name}": the response is not as the contract says: ${problem.path} ${problem.message}`)
    return { response: made, repeated: false, context: call }
  }
}
