import type { Call } from '../cycle/call.ts'
import { type Command } from '../cycle/command.ts'
import { HandlerContext, type HandlerSurroundings } from '../cycle/handler-context.ts'
import { runCommand } from '../cycle/run-command.ts'
import { runView, type View } from '../cycle/run-view.ts'
import { createScopeIds } from '../ids/scope-id.ts'
import { isPromise, type MaybePromise } from '../values/maybe-promise.ts'
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
  readonly run: (call: Call, payload: unknown) => MaybePromise<Answer>
}

export function boundCommand(command: Command, service: string): BoundEndpoint {
  return bound(command.endpoint, service, (call, payload) => runCommand(command, call, payload as JsonWithSecrets))
}

export function boundView(view: View, service: string): BoundEndpoint {
  const { endpoint } = view
  return bound(endpoint, service, async (call, payload) =>
    answered(endpoint, call, await runView(view, call, payload as JsonWithSecrets)),
  )
}

export function boundAction(
  endpoint: ActionEndpoint,
  surroundings: HandlerSurroundings,
  service: string,
): BoundEndpoint {
  return bound(endpoint, service, (call, payload) => {
    const response = endpoint.handle(payload, new HandlerContext(call, surroundings, payload))
    return isPromise(response)
      ? response.then((value) => answered(endpoint, call, value))
      : answered(endpoint, call, response)
  })
}

function bound(endpoint: Endpoint, service: string, run: BoundEndpoint['run']): BoundEndpoint {
  return { endpoint, scope: createScopeIds(service, endpoint.name), checkPayload: payloadCheck(endpoint), run }
}

function answered({ name, response }: Endpoint, call: Call, value: unknown): Answer {
  const problem = response?.validate(value)?.[0]
  if (problem !== undefined)
    throw new TypeError(`"${name}": the response is not as the contract says: ${problem.path} ${problem.message}`)
  return { response: value, repeated: false, context: call }
}
