import type { Host } from '../ports/provider.ts'
import type { Transport, TransportProvider } from '../ports/transport.ts'
import { MemoryTransport } from './memory-transport-handle.ts'
import { MemoryNetwork } from './memory-transport-network.ts'
import { checkObject, shown } from '../values/shown.ts'

export interface MemoryTransportOptions {
  /** Largest body, in bytes of its JSON. @default 1048576 */
  readonly maxBodyBytes?: number | undefined
}

export const MEMORY_TRANSPORT_DEFAULTS: { readonly maxBodyBytes: 1_048_576 } = Object.freeze({
  maxBodyBytes: 1_048_576,
})

/**
 * The reference transport: services of one process that are given the same provider reach each other.
 *
 * Everything is copied as a wire would copy it, and nothing runs on the caller's stack, so that code which works here
 * works over NATS.
 *
 * @example
 * const transport = memoryTransport()
 * createMicro({ name: 'bank', transport })
 * createMicro({ name: 'report', transport })
 */
export function memoryTransport(options: MemoryTransportOptions = {}): TransportProvider {
  checkObject(options, 'memoryTransport: options')
  const { maxBodyBytes = MEMORY_TRANSPORT_DEFAULTS.maxBodyBytes } = options
  if (!Number.isSafeInteger(maxBodyBytes) || maxBodyBytes < 1)
    throw new TypeError(`memoryTransport: maxBodyBytes must be a whole number from 1 on, not ${shown(maxBodyBytes)}`)
  const network = new MemoryNetwork()
  return Object.freeze({
    kind: 'memory',
    capabilities: Object.freeze({ remote: false, maxBodyBytes }),
    open: async (host: Host): Promise<Transport> => new MemoryTransport(host, network, maxBodyBytes),
  }) satisfies TransportProvider
}
