import type { Call } from '../cycle/call.ts'
import { type Command } from '../cycle/command.ts'
import { HandlerContext, type HandlerSurroundings } from '../cycle/handler-context.ts'
import { runCommand } from '../cycle/run-command.ts'
import { runView, type View } from '../cycle/run-view.ts'
import { createScopeIds } from '../ids/scope-id.ts'
import type { JsonWithSecrets } from '../values/seal-json.ts'
import type { ActionEndpoint, Endpoint } from '../wiring/endpoint.ts'

/** An action ready to be called in a running service. */
export interface BoundEndpoint {
  readonly endpoint: Endpoint
  readonly scope: (subject: string | undefined) => string
  /** @param payload checked */
  run(call: Call, payload: unknown): Promise<{ readonly response: unknown; readonly repeated: boolean }>
}

export function boundCommand(command: Command, service: string): BoundEndpoint {
  return {
    endpoint: command.endpoint,
    scope: createScopeIds(service, command.endpoint.name),
    run: (call, payload) => runCommand(command, call, payload as JsonWithSecrets),
  }
}

export function boundView(view: View, service: string): BoundEndpoint {
  return {
    endpoint: view.endpoint,
    scope: createScopeIds(service, view.endpoint.name),
    run: async (call, payload) => answered(view.endpoint, await runView(view, call, payload as JsonWithSecrets)),
  }
}

export function boundAction(
  endpoint: ActionEndpoint,
  surroundings: HandlerSurroundings,
  service: string,
): BoundEndpoint {
  return {
    endpoint,
    scope: createScopeIds(service, endpoint.name),
    run: async (call, payload) =>
      answered(endpoint, await endpoint.handle(payload, new HandlerContext(call, surroundings, payload))),
  }
}

function answered(
  { name, response }: Endpoint,
  value: unknown,
): { readonly response: unknown; readonly repeated: boolean } {
  const problem = response?.validate(value)?.[0]
  if (problem !== undefined)
    throw new TypeError(`"${name}": the response is not as the contract says: ${problem.path} ${problem.message}`)
  return { response: value, repeated: false }
}
