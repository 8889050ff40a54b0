import { toWireError } from '../errors/wire-error.ts'
import type { ActOptions } from '../micro/act.ts'
import type { BoundEndpoint } from '../micro/bound-endpoint.ts'
import type { Dispatcher } from '../micro/dispatcher.ts'
import { Positions } from '../micro/positions.ts'
import type { Host } from '../ports/provider.ts'
import type { EndpointDescription, Headers, Reply, Request, Stop, Transport } from '../ports/transport.ts'
import type { JsonValue } from '../values/json.ts'
import { invalidError } from '../values/invalid-error.ts'
import type { ClockDifferences } from './clock-differences.ts'
import { readDeadline } from './deadline-header.ts'
import { HEADERS } from './headers.ts'
import { readIdentity } from './identity-header.ts'
import type { ReadKeys } from './keys.ts'
import { subjectOf } from './subject.ts'

export interface ServeOptions {
  readonly transport: Transport
  readonly dispatcher: Dispatcher
  readonly host: Host
  readonly version: string
  readonly namespace: string
  readonly clocks: ClockDifferences
  readonly keys: ReadKeys | undefined
}

/** An action as others discover it. */
export function describeEndpoint(
  { endpoint }: BoundEndpoint,
  { host, version, namespace }: Pick<ServeOptions, 'host' | 'version' | 'namespace'>,
): EndpointDescription {
  return {
    service: host.service,
    version,
    instance: host.instance,
    action: endpoint.name,
    kind: endpoint.kind,
    subject: subjectOf(namespace, host.service, endpoint.name),
    ...(endpoint.payload === undefined ? {} : { payload: endpoint.payload.json }),
    ...(endpoint.response === undefined ? {} : { response: endpoint.response.json }),
    ...(endpoint.description === undefined ? {} : { description: endpoint.description }),
    ...(endpoint.errors.length === 0 ? {} : { errors: endpoint.errors }),
  }
}

/** Answers requests for one action that come over the transport. */
export function serveEndpoint(description: EndpointDescription, options: ServeOptions): Promise<Stop> {
  return options.transport.serve(description, (request) => answer(description.action, request, options))
}

async function answer(
  action: string,
  request: Request,
  { dispatcher, host, clocks, keys }: ServeOptions,
): Promise<Reply> {
  const { headers, body } = request
  const positions = new Positions()
  try {
    const identity = readIdentity(request, keys, host.runtime.now())
    const met = headers[HEADERS.position]
    if (met !== undefined) positions.merge(Positions.parse(met))
    const options: ActOptions = {
      identity,
      commandId: headers[HEADERS.commandId],
      correlationId: readId(headers[HEADERS.correlationId], HEADERS.correlationId),
      timeoutMs: readDeadline(headers[HEADERS.deadline], clocks),
      positions,
    }
    const causationId = readId(headers[HEADERS.causationId], HEADERS.causationId)
    const { response, repeated } = await dispatcher.answer([action, body, options], { causationId })
    const replyHeaders = repeated
      ? { ...positionHeader(positions), [HEADERS.repeated]: 'true' }
      : positionHeader(positions)
    return response === undefined ? { headers: replyHeaders } : { headers: replyHeaders, body: response as JsonValue }
  } catch (error) {
    return { headers: positionHeader(positions), error: toWireError(error, host.service) }
  }
}

// Ids end in events and log lines: nothing but short visible ASCII gets there from outside.
function readId(id: string | undefined, header: string): string | undefined {
  if (id === undefined || /^[\x21-\x7e]{1,128}$/.test(id)) return id
  throw invalidError(`the header ${header}`, [{ path: '', message: 'must be 1 to 128 visible ASCII characters' }])
}

function positionHeader(positions: Positions): Headers {
  return positions.isEmpty ? {} : { [HEADERS.position]: positions.toString() }
}
