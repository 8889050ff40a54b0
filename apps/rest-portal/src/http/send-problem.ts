import { HEADERS, isMicroError, MicroError } from '@micro/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { HTTP_STATUS } from '../errors/http-status.ts'
import type { FaultLog } from '../errors/log-faults.ts'
import { toProblem } from '../errors/problem.ts'
import { Refusal, refusal } from '../errors/refusal.ts'

/** Answers with whatever was thrown while a request was served, without a word about the portal's insides. */
export function sendProblem(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  faults: FaultLog,
): FastifyReply {
  const { error, status, headers } = asRefusal(thrown, request, faults)
  const correlationId = error.correlationId ?? request.id
  const { told, status: usual, retryAfterSeconds } = HTTP_STATUS[error.code]
  if (told !== undefined && status === undefined) faults.hidden(error, correlationId)
  void reply.headers({ [HEADERS.correlationId]: correlationId, ...headers })
  if (retryAfterSeconds !== undefined && !reply.hasHeader('retry-after'))
    void reply.header('retry-after', retryAfterSeconds)
  if (usual === 401) void reply.header('www-authenticate', 'Bearer')
  return reply
    .code(status ?? usual)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(toProblem(error, correlationId, status)))
}

function asRefusal(
  thrown: unknown,
  request: FastifyRequest,
  faults: FaultLog,
): Pick<Refusal, 'error' | 'status' | 'headers'> {
  if (thrown instanceof Refusal) return thrown
  if (isMicroError(thrown)) return { error: thrown, status: undefined, headers: {} }
  const known = ofFastify(thrown)
  if (known !== undefined) return known
  faults.own(thrown, request.id)
  return refusal('MICRO_INTERNAL', 'Something went wrong inside the portal.')
}

/** Fastify's own errors, in our words: its messages quote what was sent. */
function ofFastify(thrown: unknown): Refusal | undefined {
  if (!(thrown instanceof Error) || !('statusCode' in thrown) || typeof thrown.statusCode !== 'number') return undefined
  const { statusCode: status } = thrown
  if (status === 413) return refusal('MICRO_TOO_LARGE', 'The body is too large.')
  if (status >= 400 && status < 500)
    return new Refusal(new MicroError('MICRO_INVALID', 'The request cannot be read.', { cause: thrown }), status)
  return undefined
}
