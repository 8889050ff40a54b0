import type { Micro, MicroErrorCode } from '@micro/core'
import { type Portal, type PortalOptions, type Problem, startPortal } from '../../src/index.ts'
import { makeBank } from './bank.ts'
import { rawExchange } from './raw-exchange.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body, if it is JSON. */
  readonly body: unknown
}

export interface TestPortal extends AsyncDisposable {
  readonly portal: Portal
  readonly micro: Micro
  readonly faults: readonly string[]
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  post(path: string, payload: unknown, headers?: Record<string, string>): Promise<Answer>
  /** Sends these bytes over a connection, and gives everything that comes back. */
  raw(sent: string): Promise<string>
  /** Sends exactly this body. */
  send(
    path: string,
    body: string | Uint8Array | undefined,
    headers?: Record<string, string>,
    method?: string,
  ): Promise<Answer>
}

/** A started bank, or another service, behind a portal on a free port. */
export async function openPortal(options: Partial<PortalOptions> = {}, micro: Micro = makeBank()): Promise<TestPortal> {
  await micro.start()
  const faults: string[] = []
  const logger = {
    info: () => undefined,
    warn: (_fields: unknown, message: string) => void faults.push(message),
    error: ({ err }: { readonly err?: unknown }, message: string) => void faults.push(`${message}: ${String(err)}`),
  }
  const portal = await startPortal({ micro, port: 0, logger, ...options })
  const send: TestPortal['send'] = async (path, body, headers = {}, method = 'POST') => {
    const response = await fetch(portal.url + path, { method, headers, ...(body === undefined ? {} : { body }) })
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
    }
  }
  return {
    portal,
    micro,
    faults,
    send,
    raw: (sent) => rawExchange(portal.port, sent),
    get: (path, headers) => send(path, undefined, headers, 'GET'),
    post: (path, payload, headers = {}) =>
      send(path, JSON.stringify(payload), { 'content-type': 'application/json', ...headers }),
    async [Symbol.asyncDispose]() {
      await portal.close()
      await micro.stop()
    },
  }
}

/** What an answer says in its problem; throws when it is none. */
export function problemOf(answer: Answer): Problem {
  if (answer.headers.get('content-type') !== 'application/problem+json; charset=utf-8')
    throw new Error(`not a problem: ${answer.status} ${answer.text}`)
  return answer.body as Problem
}

export function codeOf(answer: Answer): readonly [number, MicroErrorCode] {
  return [answer.status, problemOf(answer).code]
}
