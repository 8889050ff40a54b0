import { type Host, type JsonValue, type MicroError, type ServiceDescription } from '@micro/core'
import type { Msg } from 'nats'
import type { Inbox, Waiting } from './inbox.ts'
import { readServiceInfo } from './service-info.ts'
import { serviceToken } from './service-names.ts'
import { readBody } from './wire-body.ts'
import { isNoResponders } from './wire-errors.ts'

const EVERYBODY = '$SRV.PING'
const NOTHING = { headers: {}, text: undefined }
const TOKEN = /^[^\s.*>]+$/

/**
 * Asks everybody for their names, then each by that name who it is, and gives each instance once, as it answers. It ends
 * when the time is over: nobody knows how many there are.
 *
 * Whoever is asked together with everybody can say any name; by its name only those are asked who may answer to it.
 */
export async function* discoverServices(
  host: Host,
  inbox: Inbox,
  maxWaitMs: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<ServiceDescription, void, undefined> {
  const discovery = new Discovery(inbox, host.runtime.monotonic() + maxWaitMs)
  discovery.begin()
  const onAbort = (): void => discovery.end()
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    for (;;) {
      const service = await discovery.next()
      signal?.throwIfAborted()
      if (service === undefined) return
      yield service
      signal?.throwIfAborted()
    }
  } finally {
    discovery.cancel()
    signal?.removeEventListener('abort', onAbort)
  }
}

class Discovery {
  readonly #inbox: Inbox
  readonly #deadlineAt: number
  readonly #found: ServiceDescription[] = []
  /** A cluster may bring the same answer by two ways. */
  readonly #asked = new Set<string>()
  readonly #cancels: (() => void)[] = []
  #isEnded = false
  #error: MicroError | undefined
  #wake = (): void => undefined

  constructor(inbox: Inbox, deadlineAt: number) {
    this.#inbox = inbox
    this.#deadlineAt = deadlineAt
  }

  /** @throws MicroError when it cannot be sent */
  begin(): void {
    this.#ask(EVERYBODY, (message) => {
      if (isNoResponders(message)) this.end()
      else this.#askByName(message)
      return !this.#isEnded
    })
  }

  end(): void {
    this.#isEnded = true
    this.#wake()
  }

  cancel(): void {
    for (const cancel of this.#cancels) cancel()
  }

  /** `undefined`: no more come. */
  async next(): Promise<ServiceDescription | undefined> {
    while (this.#found.length === 0 && !this.#isEnded) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    const service = this.#found.shift()
    if (service === undefined && this.#error !== undefined) throw this.#error
    return service
  }

  #askByName(message: Msg): void {
    const { name, id } = (read(message) ?? {}) as { readonly name?: unknown; readonly id?: unknown }
    if (typeof name !== 'string' || typeof id !== 'string' || !TOKEN.test(name) || !TOKEN.test(id)) return
    const subject = `$SRV.INFO.${name}.${id}`
    if (this.#asked.has(subject)) return
    this.#asked.add(subject)
    try {
      this.#ask(subject, (answer) => {
        const service = isNoResponders(answer) ? undefined : readServiceInfo(read(answer))
        // In its metadata one may call oneself otherwise, but only as names are written there.
        if (service !== undefined && isNamed(service, name)) this.#found.push(service)
        this.#wake()
        return false
      })
    } catch {
      // The client reads its socket on this stack. Those found by now are there; too much is under way for more.
    }
  }

  #ask(subject: string, receive: (message: Msg) => boolean): void {
    const waiting: Waiting = {
      subject,
      deadlineAt: this.#deadlineAt,
      receive,
      expire: () => this.end(),
      fail: (error) => {
        this.#error = error
        this.end()
      },
    }
    this.#cancels.push(this.#inbox.send(waiting, NOTHING))
  }
}

/** Anyone may answer; what makes no sense is nobody. */
function read(message: Msg): JsonValue | undefined {
  try {
    return readBody(message.data, 'none')
  } catch {
    return undefined
  }
}

function isNamed({ service }: ServiceDescription, name: string): boolean {
  return service === name || serviceToken(service) === name
}
