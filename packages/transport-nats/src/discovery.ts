import { type Host, type MicroError, type ServiceDescription } from '@micro/core'
import type { Msg } from 'nats'
import type { Inbox, Waiting } from './inbox.ts'
import { readServiceInfo } from './service-info.ts'
import { readBody } from './wire-body.ts'
import { isNoResponders } from './wire-errors.ts'

const SUBJECT = '$SRV.INFO'

/**
 * Asks every service who it is, and gives each instance once, as it answers. It ends when the time is over: nobody knows
 * how many there are.
 */
export async function* discoverServices(
  host: Host,
  inbox: Inbox,
  maxWaitMs: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<ServiceDescription, void, undefined> {
  const collecting = new Collecting(host.runtime.monotonic() + maxWaitMs)
  const cancel = inbox.send(collecting, { headers: {}, text: undefined })
  const onAbort = (): void => collecting.end()
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    for (;;) {
      const message = await collecting.next()
      signal?.throwIfAborted()
      if (message === undefined) return
      const service = read(message)
      if (service !== undefined && collecting.isNew(service)) yield service
      signal?.throwIfAborted()
    }
  } finally {
    cancel()
    signal?.removeEventListener('abort', onAbort)
  }
}

/** Anyone may answer; what makes no sense is nobody. */
function read(message: Msg): ServiceDescription | undefined {
  try {
    return readServiceInfo(readBody(message.data, 'none'))
  } catch {
    return undefined
  }
}

class Collecting implements Waiting {
  readonly subject = SUBJECT
  readonly deadlineAt: number
  readonly #messages: Msg[] = []
  readonly #seen = new Set<string>()
  #isEnded = false
  #error: MicroError | undefined
  #wake = (): void => undefined

  constructor(deadlineAt: number) {
    this.deadlineAt = deadlineAt
  }

  receive(message: Msg): boolean {
    if (isNoResponders(message)) this.end()
    else this.#messages.push(message)
    this.#wake()
    return !this.#isEnded
  }

  expire(): void {
    this.end()
  }

  fail(error: MicroError): void {
    this.#error = error
    this.end()
  }

  end(): void {
    this.#isEnded = true
    this.#wake()
  }

  /** `undefined`: no more come. */
  async next(): Promise<Msg | undefined> {
    while (this.#messages.length === 0 && !this.#isEnded) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    const message = this.#messages.shift()
    if (message === undefined && this.#error !== undefined) throw this.#error
    return message
  }

  /** A cluster may bring the same answer by two ways. */
  isNew({ service, version, instance }: ServiceDescription): boolean {
    const key = JSON.stringify([service, version, instance])
    if (this.#seen.has(key)) return false
    this.#seen.add(key)
    return true
  }
}
