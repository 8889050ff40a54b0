import type { Transport, TransportProvider } from '@micro/core'

/** The same provider with some methods of each opened transport replaced. */
export function decoratedTransport(
  provider: TransportProvider,
  change: (transport: Transport) => Partial<Transport>,
): TransportProvider {
  return {
    ...provider,
    open: async (host): Promise<Transport> => {
      const transport = await provider.open(host)
      return {
        serve: (endpoint, handle) => transport.serve(endpoint, handle),
        request: (subject, message, options) => transport.request(subject, message, options),
        publish: (subject, message, options) => transport.publish(subject, message, options),
        subscribe: (subject, handle, options) => transport.subscribe(subject, handle, options),
        discover: (options) => transport.discover(options),
        close: (options) => transport.close(options),
        ...change(transport),
      }
    },
  }
}
