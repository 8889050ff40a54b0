import rateLimit from '@fastify/rate-limit'
import { HEADERS, systemRuntime } from '@micro/core'
import fastify, { type FastifyInstance } from 'fastify'
import type { FaultLog } from '../errors/log-faults.ts'
import { refusal } from '../errors/refusal.ts'
import { readJson } from '../json/read-json.ts'
import type { Settings } from '../options.ts'
import { checkRequest } from './check-request.ts'
import { allowOrigin } from './cross-origin.ts'
import { hostNames } from './host-names.ts'
import { PortalResponse } from './portal-response.ts'
import { answerBrokenRequest, refuseExpectations } from './refuse-broken-requests.ts'
import { sendProblem } from './send-problem.ts'

/** Node looks for slow connections this often at least. */
const MOST_BETWEEN_CHECKS_MS = 1_000

/** A server without routes in which nothing of what Fastify and Node allow by default is left to chance. */
export async function createServer(settings: Settings, faults: FaultLog): Promise<FastifyInstance> {
  const runtime = systemRuntime()
  const app = fastify({
    http: {
      headersTimeout: settings.headersTimeoutMs,
      requestTimeout: settings.requestTimeoutMs,
      connectionsCheckingInterval: Math.min(MOST_BETWEEN_CHECKS_MS, settings.headersTimeoutMs / 2),
      insecureHTTPParser: false,
      ServerResponse: PortalResponse,
      // Checked with the rest, and answered like the rest.
      requireHostHeader: false,
    },
    requestTimeout: settings.requestTimeoutMs,
    keepAliveTimeout: settings.keepAliveTimeoutMs,
    maxRequestsPerSocket: settings.maxRequestsPerSocket,
    bodyLimit: settings.bodyLimitBytes,
    logger: false,
    genReqId: () => runtime.newId(),
    requestIdHeader: false,
    trustProxy: readTrust(settings.trustProxy),
    forceCloseConnections: 'idle',
    // It would answer in a form of its own.
    return503OnClosing: false,
    // For addresses that cannot be decoded or are too long.
    frameworkErrors: (_error, request, reply) =>
      void sendProblem(refusal('MICRO_NOT_FOUND', 'There is nothing at this address.'), request, reply, faults),
    clientErrorHandler: answerBrokenRequest,
    // Queries are read by the views' schemas.
    routerOptions: { querystringParser: () => ({}) },
  })
  app.server.maxConnections = settings.maxConnections
  refuseExpectations(app.server)

  // No schema ever reaches Fastify: payloads are checked by the services, always, whatever their content type said.
  app.setValidatorCompiler(({ httpPart }) => {
    throw new TypeError(`The portal has no schema for ${httpPart}`)
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body: Buffer, done) =>
    done(null, body.length === 0 ? undefined : readJson(body)),
  )
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply, faults))

  const checks = {
    bodyLimitBytes: settings.bodyLimitBytes,
    answersTo: hostNames(settings.host, settings.hosts),
  }
  // With a callback: every request comes through here, and a promise each is felt.
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header(HEADERS.correlationId, request.id)
    let isAnswered: boolean
    try {
      checkRequest(request.raw, checks)
      isAnswered = allowOrigin(request, reply, settings.corsOrigins)
    } catch (error) {
      done(error as Error)
      return
    }
    if (!isAnswered) done()
  })
  if (settings.rateLimit !== false) {
    const { requests, windowMs } = settings.rateLimit
    await app.register(rateLimit, {
      max: requests,
      timeWindow: windowMs,
      cache: 10_000,
      enableDraftSpec: true,
      errorResponseBuilder: () =>
        refusal('MICRO_OVERLOADED', 'Too many requests from this address. Try again later.', { status: 429 }),
    })
  }
  return app
}

function readTrust(trust: Settings['trustProxy']): false | string | string[] {
  return typeof trust === 'object' ? [...trust] : trust
}
