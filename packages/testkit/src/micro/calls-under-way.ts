import type { TransportProvider } from '@micro/core'

/** Names of the calls that have begun and not ended, so that a test can wait for the last of them. */
export class CallsUnderWay {
  readonly #names = new Map<symbol, string>()

  get names(): readonly string[] {
    return [...this.#names.values()]
  }

  async count<T>(name: string, work: () => Promise<T>): Promise<T> {
    const call = Symbol(name)
    this.#names.set(call, name)
    try {
      return await work()
    } finally {
      this.#names.delete(call)
    }
  }

  /** Counts what others ask over the transport too. */
  countServed(provider: TransportProvider): TransportProvider {
    return {
      ...provider,
      open: async (host, options) => {
        const transport = await provider.open(host, options)
        return {
          serve: (endpoint, handle) =>
            transport.serve(endpoint, (request) => this.count(endpoint.action, () => handle(request))),
          request: (subject, message, options) => transport.request(subject, message, options),
          publish: (subject, message, options) => transport.publish(subject, message, options),
          subscribe: (subject, handle, options) => transport.subscribe(subject, handle, options),
          discover: (options) => transport.discover(options),
          close: (options) => transport.close(options),
        }
      },
    }
  }
}
