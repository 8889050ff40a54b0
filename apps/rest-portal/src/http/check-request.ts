import type { IncomingMessage } from 'node:http'
import { invalid, refusal } from '../errors/refusal.ts'

/** The only characters in addresses of the portal: nothing is decoded, so nothing can be read in two ways. */
const PATH = /^\/[A-Za-z0-9/._-]*$/

/** One media type, and its one charset. Blanks are where RFC 9110 allows them. */
const JSON_TYPE = /^application\/json(?:[ \t]*;[ \t]*charset=(?:utf-8|"utf-8"))?$/i

export interface RequestChecks {
  readonly bodyLimitBytes: number
  /** Whether the portal is meant by a `Host` header. */
  readonly answersTo: (host: string) => boolean
}

/** Whoever is misunderstood in this may be misunderstood in where the next request begins. */
const CLOSE = { connection: 'close' }

/**
 * Refuses requests that two programs on the way could understand differently, before anything of their body is read.
 *
 * @throws Refusal
 */
export function checkRequest(request: IncomingMessage, { bodyLimitBytes, answersTo }: RequestChecks): void {
  const { headers, rawHeaders, method, url = '' } = request
  const { host } = headers
  if (host === undefined || countOf('host', rawHeaders) > 1)
    throw invalid('Send one Host header.', '', { headers: CLOSE })
  if (!answersTo(host)) throw invalid('This portal does not answer to this host name.', '', { status: 421 })
  if (!PATH.test(pathOf(url))) throw refusal('MICRO_NOT_FOUND', 'There is nothing at this address.')
  // The length of a body is known before it comes: what smuggling needs is not there.
  if (headers['transfer-encoding'] !== undefined)
    throw invalid('Send Content-Length instead of Transfer-Encoding.', '', { status: 411, headers: CLOSE })
  const length = Number(headers['content-length'] ?? 0)
  if (length > bodyLimitBytes)
    throw refusal('MICRO_TOO_LARGE', `The body is larger than ${bodyLimitBytes} bytes.`, {
      details: { limit: bodyLimitBytes, actual: length },
    })
  if (length === 0) return
  if (method !== 'POST') throw invalid(`A ${method} request has no body here.`)
  checkBodyHeaders(request)
}

function checkBodyHeaders({ headers, rawHeaders }: IncomingMessage): void {
  if (!JSON_TYPE.test(headers['content-type'] ?? '') || countOf('content-type', rawHeaders) > 1)
    throw invalid('Send the body as Content-Type: application/json (in UTF-8).', '', { status: 415 })
  if (headers['content-encoding'] !== undefined)
    throw invalid('Send the body without Content-Encoding.', '', { status: 415 })
}

/** Node keeps the first of several such headers and tells nobody. */
function countOf(name: string, rawHeaders: readonly string[]): number {
  let count = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const each = rawHeaders[at] as string
    if (each.length === name.length && each.toLowerCase() === name) count++
  }
  return count
}

export function pathOf(url: string): string {
  const at = url.indexOf('?')
  return at < 0 ? url : url.slice(0, at)
}

/** What follows the `?`, undecoded. */
export function queryOf(url: string): string {
  const at = url.indexOf('?')
  return at < 0 ? '' : url.slice(at + 1)
}
