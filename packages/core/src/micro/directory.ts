import { MicroError } from '../errors/micro-error.ts'
import type { Runtime } from '../ports/runtime.ts'
import type { ActionKind, ServiceDescription, Transport } from '../ports/transport.ts'

const MAX_WAIT_MS = 500

/** How old what was discovered may be before it is asked for again; a service that is not found is looked for at once. */
const FRESH_MS = 5_000

export interface Located {
  readonly service: string
  readonly kind: ActionKind
}

/** Which services run, and who has which action. */
export class Directory {
  readonly #transport: Transport
  readonly #runtime: Runtime
  #services: readonly ServiceDescription[] = []
  #freshUntil = -Infinity
  #asking: Promise<readonly ServiceDescription[]> | undefined

  constructor(transport: Transport, runtime: Runtime) {
    this.#transport = transport
    this.#runtime = runtime
  }

  /** Asks the transport; one description for each running instance. Who asks meanwhile gets the same answer. */
  discover(): Promise<readonly ServiceDescription[]> {
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined))
    return this.#asking
  }

  async #ask(): Promise<readonly ServiceDescription[]> {
    const found: ServiceDescription[] = []
    for await (const service of this.#transport.discover({ maxWaitMs: MAX_WAIT_MS })) found.push(service)
    this.#services = found
    this.#freshUntil = this.#runtime.monotonic() + FRESH_MS
    return found
  }

  /**
   * The one service that has an action of this name. What was known a while ago is believed while it is asked for again: a
   * call does not wait for what hardly ever changes.
   *
   * @throws MicroError `MICRO_NOT_FOUND`, or `MICRO_INVALID` when several services have one
   */
  async find(action: string): Promise<Located> {
    const known = locate(this.#services, action)
    const located = known.size > 0 ? known : locate(await this.discover(), action)
    if (this.#runtime.monotonic() >= this.#freshUntil) void this.discover().catch(ignoreForTheNextCallAsksAgain)
    const [only, ...others] = located.values()
    if (only === undefined) throw new MicroError('MICRO_NOT_FOUND', `No running service has an action "${action}".`)
    if (others.length === 0) return only
    const services = [...located.keys()].join(', ')
    const message = `Several services have an action "${action}": ${services}. Call it by its contract.`
    throw new MicroError('MICRO_INVALID', message, { details: { problems: [{ path: '', message }] } })
  }
}

function ignoreForTheNextCallAsksAgain(): void {}

function locate(services: readonly ServiceDescription[], action: string): Map<string, Located> {
  const located = new Map<string, Located>()
  for (const { service, endpoints } of services)
    for (const endpoint of endpoints)
      if (endpoint.action === action) located.set(service, { service, kind: endpoint.kind })
  return located
}
