import type { FastifyReply, FastifyRequest } from 'fastify'
import { refusal } from '../errors/refusal.ts'

const ALLOWED = {
  'access-control-allow-methods': 'GET, HEAD, POST',
  'access-control-allow-headers': 'content-type, idempotency-key, micro-position',
  'access-control-max-age': '600',
}

const EXPOSED = 'micro-position, micro-repeated, micro-command-id, micro-correlation-id, retry-after'

/**
 * Lets pages of the listed origins call, and no others: without these headers a browser neither sends JSON from another
 * origin's page nor shows it the answer.
 *
 * @returns whether the request was a preflight and has been answered
 * @throws Refusal for a preflight from elsewhere
 */
export function allowOrigin(request: FastifyRequest, reply: FastifyReply, origins: readonly string[]): boolean {
  const { origin } = request.headers
  if (origins.length > 0) void reply.header('vary', 'Origin')
  if (origin === undefined) return false
  const isAllowed = origins.includes(origin)
  if (isAllowed) void reply.headers({ 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED })
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false
  if (!isAllowed) throw refusal('MICRO_FORBIDDEN', 'Pages of this origin may not call.')
  void reply.code(204).headers(ALLOWED).send()
  return true
}
