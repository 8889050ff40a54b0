import { HEADERS, isMicroError, type Micro, MicroError, Positions, systemRuntime } from '@micro/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FaultLog } from '../errors/log-faults.ts'
import { invalid } from '../errors/refusal.ts'
import { untilGone } from '../http/until-gone.ts'
import type { ExposedAction } from './exposed-action.ts'

export interface CallActionOptions {
  readonly micro: Pick<Micro, 'call'>
  readonly faults: FaultLog
  readonly timeoutMs: number
}

const runtime = systemRuntime()

/** Calls an action for a request and answers with its response, its positions, and whether it was a repeat. */
export function callAction(
  action: ExposedAction,
  payload: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { micro, faults, timeoutMs }: CallActionOptions,
): Promise<void> {
  const positions = Positions.parse(header(request, HEADERS.position) ?? '')
  const commandId = action.kind === 'command' ? (readKey(request) ?? runtime.newId()) : undefined
  // Also told when the call fails: with this id it can be sent again and is still one command.
  if (commandId !== undefined) void reply.header(HEADERS.commandId, commandId)
  const tellPositions = (): void => {
    if (!positions.isEmpty) void reply.header(HEADERS.position, positions.toString())
  }
  // What was handed over to the store before the client goes is recorded all the same.
  const signal = untilGone(request.raw.socket)
  const options = { commandId, positions, timeoutMs, correlationId: request.id, signal }
  return micro.call(action.address, payload, options).then(
    ({ response, repeated }) => {
      tellPositions()
      if (repeated) void reply.header(HEADERS.repeated, 'true')
      const body = toJson(response, action, request.id, faults)
      if (body === undefined) void reply.code(204).send()
      else void reply.header('content-type', 'application/json; charset=utf-8').send(body)
    },
    (error: unknown) => {
      tellPositions()
      throw error
    },
  )
}

/** The caller's own id of the command. */
function readKey(request: FastifyRequest): string | undefined {
  const key = header(request, 'idempotency-key')
  if (key === undefined || /^[\x21-\x7e]{1,128}$/.test(key)) return key
  throw invalid('The header Idempotency-Key must be 1 to 128 visible ASCII characters.')
}

/** Several headers of one name come as one, with commas between. */
function header({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'object' ? value.join(', ') : value
}

/** A response that JSON cannot hold is a fault of the service; its command has been done nevertheless. */
function toJson(
  response: unknown,
  { kind, action }: ExposedAction,
  correlationId: string,
  faults: FaultLog,
): string | undefined {
  try {
    return JSON.stringify(response)
  } catch (cause) {
    faults.own(cause, correlationId)
    if (isMicroError(cause)) throw cause
    const outcome = kind === 'command' ? 'done' : 'none'
    throw new MicroError('MICRO_INTERNAL', `"${action}" answered something that is not JSON.`, { cause, outcome })
  }
}
