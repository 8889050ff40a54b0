import type { Transport, TransportProvider } from '@micro/core'

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
  return {
    ...provider,
    open: async (host): Promise<Transport> => {
      const transport = await provider.open(host)
      return {
        serve: (endpoint, handle) =>
          transport.serve(endpoint, async (request) => {
            await arrive()
            return handle(request)
          }),
        request: (subject, message, options) => transport.request(subject, message, options),
        publish: (subject, message, options) => transport.publish(subject, message, options),
        subscribe: (subject, handle, options) => transport.subscribe(subject, handle, options),
        discover: (options) => transport.discover(options),
        close: (options) => transport.close(options),
      }
    },
  }
}
