import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { toProblem } from '../errors/problem.ts'
import { type Refusal, refusal } from '../errors/refusal.ts'
import { SECURITY_HEADERS } from './security-headers.ts'

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  417: 'Expectation Failed',
  431: 'Request Header Fields Too Large',
}

/** Answers what Node could not read as HTTP, and closes the connection: nobody knows where the next request begins. */
export function answerBrokenRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  // The client has gone, or an answer is on its way and the bytes of another one must not get into it.
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0 || isAnswering(socket)) {
    socket.destroy()
    return
  }
  socket.end(rawAnswer(refusalOf(error.code)))
}

/** Instead of Node's own answer to `Expect`, which knows nothing of our headers. */
export function refuseExpectations(server: Server): void {
  server.on('checkExpectation', (request) => {
    request.socket.end(
      rawAnswer(refusal('MICRO_NOT_SUPPORTED', 'No expectation but 100-continue is met.', { status: 417 })),
    )
  })
}

function isAnswering(socket: Socket): boolean {
  return (socket as { readonly _httpMessage?: { readonly headersSent?: boolean } })._httpMessage?.headersSent === true
}

function refusalOf(code: string | undefined): Refusal {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return refusal('MICRO_TIMEOUT', 'The request did not come in time.', { status: 408 })
    case 'HPE_HEADER_OVERFLOW':
      return refusal('MICRO_TOO_LARGE', 'The header of the request is too large.', { status: 431 })
    default:
      return refusal('MICRO_INVALID', 'The request is not valid HTTP.', { status: 400 })
  }
}

function rawAnswer({ error, status = 400 }: Refusal): string {
  const body = JSON.stringify(toProblem(error, randomUUID(), status))
  const headers = {
    ...SECURITY_HEADERS,
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${status} ${REASONS[status] ?? ''}`, ...lines, '', body].join('\r\n')
}
