import {
  type EndpointDescription,
  type Host,
  isMicroError,
  type JsonValue,
  type MicroError,
  type Reply,
  systemRuntime,
  type Transport,
} from '@micro/core'
import { afterEach } from 'vitest'
import { natsTransport, type NatsTransportOptions } from '../../src/index.ts'
import { recordLog, type RecordedLine } from './recorded-log.ts'

const open = new Set<Transport>()

afterEach(async () => {
  await Promise.all([...open].map((transport) => transport.close({ deadlineMs: 1000 })))
  open.clear()
})

/** A host whose log lines can be read. */
export function testHost(service = 'bank'): { readonly host: Host; readonly lines: readonly RecordedLine[] } {
  const runtime = systemRuntime()
  const { logger, lines } = recordLog()
  return { host: { runtime, logger, service, instance: runtime.newId() }, lines }
}

/** A handle that is closed after the test. */
export async function openTransport(options: NatsTransportOptions, host: Host = testHost().host): Promise<Transport> {
  const transport = await natsTransport(options).open(host)
  open.add(transport)
  return transport
}

export function endpoint(subject: string, given: Partial<EndpointDescription> = {}): EndpointDescription {
  const action = subject.slice(subject.lastIndexOf('.') + 1).replaceAll('-', ' ')
  return { service: 'bank', version: '1.0.0', instance: 'bank-1', action, kind: 'action', subject, ...given }
}

/** Serves a function from body to body. */
export function serveBody(
  transport: Transport,
  subject: string,
  answer: (body: JsonValue | undefined) => JsonValue | undefined | Promise<JsonValue | undefined>,
  given: Partial<EndpointDescription> = {},
): Promise<() => Promise<void>> {
  return transport.serve(endpoint(subject, given), async ({ body }) => {
    const answered = await answer(body)
    return answered === undefined ? { headers: {} } : { headers: {}, body: answered }
  })
}

export function ask(transport: Transport, subject: string, body?: JsonValue, timeoutMs = 10_000): Promise<Reply> {
  return transport.request(subject, body === undefined ? { headers: {} } : { headers: {}, body }, { timeoutMs })
}

/** How a call ended, and how long that took. */
export interface Ended {
  readonly reply?: Reply
  readonly error?: MicroError
  readonly ms: number
}

export async function ended(call: () => Promise<Reply>): Promise<Ended> {
  const start = performance.now()
  try {
    const reply = await call()
    return { reply, ms: performance.now() - start }
  } catch (error) {
    if (!isMicroError(error)) throw error
    return { error, ms: performance.now() - start }
  }
}

/** `MICRO_UNAVAILABLE none`, or `answered`. */
export function shown({ reply, error }: Ended): string {
  if (error !== undefined) return `${error.code} ${error.outcome}`
  return reply?.error === undefined ? 'answered' : `${reply.error.code} ${reply.error.outcome}`
}
