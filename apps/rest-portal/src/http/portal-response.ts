import { type IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { SECURITY_HEADERS } from './security-headers.ts'

/**
 * An answer that cannot leave without the security headers, whoever writes it and whatever its status. They are merged
 * once, when the head is written: added to each reply by name they cost three times as much.
 */
export class PortalResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  override writeHead(status: number, ...rest: readonly unknown[]): this {
    const [message, given] = typeof rest[0] === 'string' ? [rest[0], rest[1]] : [undefined, rest[0]]
    const headers = { ...SECURITY_HEADERS, ...(given as OutgoingHttpHeaders | undefined) }
    return message === undefined ? super.writeHead(status, headers) : super.writeHead(status, message, headers)
  }
}
