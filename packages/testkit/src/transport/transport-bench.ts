import assert from 'node:assert/strict'
import type {
  EndpointDescription,
  JsonValue,
  MicroErrorCode,
  Reply,
  Request,
  Stop,
  Transport,
  TransportCapabilities,
  TransportProvider,
  WireError,
} from '@micro/core'
import type { CheckScope } from '../conformance/checks.ts'
import { conformanceHost } from '../conformance/conformance-host.ts'
import { scaledBy } from '../scale.ts'

/** A network that nobody else uses. */
export interface TransportHarness {
  readonly provider: TransportProvider
  /** Removes what was made for it; everything that the suite opened has been closed. */
  readonly cleanUp?: (() => Promise<void>) | undefined
}

/** One network under test. */
export interface BenchNetwork {
  readonly capabilities: TransportCapabilities
  /** A handle as another instance of a service has it; it is closed after the check. */
  open(): Promise<Transport>
}

export interface BenchOptions {
  readonly create: () => Promise<TransportHarness>
  readonly scale: number
}

/** Long enough for any machine: a check that needs it all is one that fails. */
export const PATIENT: { readonly timeoutMs: number } = { timeoutMs: 30_000 }

/** What a check works with. */
export class TransportBench {
  readonly #scope: CheckScope
  readonly #options: BenchOptions

  constructor(scope: CheckScope, options: BenchOptions) {
    this.#scope = scope
    this.#options = options
  }

  /** How often a heavy check does its work: `full` at scale 1. */
  scaled(full: number, least = 5): number {
    return scaledBy(this.#options.scale, full, least)
  }

  /** Runs after the check, before the handles are closed. */
  defer(cleanUp: () => unknown): void {
    this.#scope.defer(cleanUp)
  }

  async network(): Promise<BenchNetwork> {
    const { provider, cleanUp, ...unknown } = await this.#options.create()
    const keys = Object.keys(unknown)
    if (keys.length > 0) throw new TypeError(`create: unknown option "${keys.join('", "')}"`)
    if (cleanUp !== undefined) this.#scope.defer(cleanUp)
    return {
      capabilities: provider.capabilities,
      open: async () => {
        const transport = await provider.open(conformanceHost())
        this.#scope.defer(() => transport.close({ deadlineMs: 1000 }))
        return transport
      },
    }
  }

  /** Two handles on one network: who serves and who calls. */
  async pair(): Promise<readonly [server: Transport, client: Transport]> {
    const network = await this.network()
    return [await network.open(), await network.open()]
  }
}

/** An endpoint of a service called `bank`. */
export function endpoint(subject: string, given: Partial<EndpointDescription> = {}): EndpointDescription {
  const action = subject.slice(subject.lastIndexOf('.') + 1)
  return { service: 'bank', version: '1.0.0', instance: 'bank-1', action, kind: 'action', subject, ...given }
}

/** Serves a subject with a function from body to body. */
export function serveBody(
  transport: Transport,
  subject: string,
  answer: (body: JsonValue | undefined, request: Request) => JsonValue | undefined | Promise<JsonValue | undefined>,
): Promise<Stop> {
  return transport.serve(endpoint(subject), async (request) => {
    const body = await answer(request.body, request)
    return body === undefined ? { headers: {} } : { headers: {}, body }
  })
}

/** Body of the reply to a request. */
export async function ask(transport: Transport, subject: string, body?: JsonValue): Promise<JsonValue | undefined> {
  const reply = await transport.request(subject, body === undefined ? { headers: {} } : { headers: {}, body }, PATIENT)
  assert.equal(reply.error, undefined, `answered with ${JSON.stringify(reply.error)}`)
  return reply.body
}

/** The error of a reply, which must have this code. */
export function errorOf(reply: Reply, code: MicroErrorCode): WireError {
  assert.ok(reply.error !== undefined, 'an error was expected')
  assert.equal(reply.error.code, code)
  return reply.error
}

/** A promise that somebody else settles. */
export interface Gate<Value> {
  readonly passed: Promise<Value>
  readonly pass: (value: Value) => void
}

export function gate<Value = void>(): Gate<Value> {
  let pass: (value: Value) => void = () => undefined
  const passed = new Promise<Value>((resolve) => {
    pass = resolve
  })
  return { passed, pass: (value) => pass(value) }
}
