import type { TransportProvider } from '@micro/core'
import { decoratedTransport } from './decorated-transport.ts'

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
