import type { Host, Transport, TransportProvider } from '@micro/core'
import type { NatsConnection } from 'nats'
import { followConnection } from './follow-connection.ts'
import { KeptConnection } from './keep-connected.ts'
import { type NatsTransportOptions, type ResolvedOptions, resolveOptions } from './options.ts'
import { NatsTransport } from './transport.ts'

/**
 * Services that find and call each other over NATS.
 *
 * @example
 * createMicro({ name: 'bank', transport: natsTransport({ servers: 'nats://localhost:4222' }) })
 * @throws TypeError for an option that is unknown or has a value that it cannot have
 */
export function natsTransport(options: NatsTransportOptions): TransportProvider {
  const resolved = resolveOptions(options)
  return Object.freeze({
    kind: 'nats',
    capabilities: Object.freeze({ remote: true, maxBodyBytes: resolved.maxBodyBytes }),
    open: (host: Host) => open(host, resolved),
  }) satisfies TransportProvider
}

async function open(host: Host, options: ResolvedOptions): Promise<Transport> {
  const transport = new NatsTransport(host, options)
  try {
    if (options.connection !== undefined) {
      const stopFollowing = followConnection(host, transport.link, options.connection as NatsConnection)
      await transport.begin({ close: async () => stopFollowing() })
    } else {
      const kept = new KeptConnection(host, options, transport.link)
      await kept.open()
      await transport.begin(kept)
    }
    return transport
  } catch (error) {
    await transport.close({ deadlineMs: 0 })
    throw error
  }
}
