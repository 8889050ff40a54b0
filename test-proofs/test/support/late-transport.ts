import type { TransportProvider } from '@micro/core'
import { decoratedTransport } from './decorated-transport.ts'

/** A gate that requests wait at before they arrive: a connection that has stalled. */
export class Arrivals {
  #opened: Promise<void> = Promise.resolve()
  #open: () => void = () => undefined

  get opened(): Promise<void> {
    return this.#opened
  }

  stall(): void {
    this.#opened = new Promise((resolve) => (this.#open = resolve))
  }

  goOn(): void {
    this.#open()
  }
}

/** The same network, on which requests arrive when `arrive` says so. */
export function lateTransport(provider: TransportProvider, arrive: () => Promise<void>): TransportProvider {
  return decoratedTransport(provider, (transport) => ({
    serve: (endpoint, handle) =>
      transport.serve(endpoint, async (request) => {
        await arrive()
        return handle(request)
      }),
  }))
}
