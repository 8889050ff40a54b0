import type { Host, IoOptions, Transport, TransportProvider } from '@micro/core'
import type { NatsConnection } from 'nats'
import { followConnection } from './follow-connection.ts'
import { KeptConnection } from './keep-connected.ts'
import {
  type NatsTransportOptions,
  type OpeningOptions,
  optionsFor,
  resolveOptions,
  type ResolvedOptions,
} from './options.ts'
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
    open: (host: Host, { signal }: IoOptions = {}) => open(host, resolved, signal),
  }) satisfies TransportProvider
}

async function open(host: Host, given: ResolvedOptions, signal: AbortSignal | undefined): Promise<Transport> {
  signal?.throwIfAborted()
  const options = optionsFor(host.service, given)
  const transport = new NatsTransport(host, options)
  const stop = (): void => void transport.close({ deadlineMs: 0 })
  signal?.addEventListener('abort', stop, { once: true })
  try {
    await connect(transport, host, options)
    await transport.begin()
    signal?.throwIfAborted()
    return transport
  } catch (error) {
    await transport.close({ deadlineMs: 0 })
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

async function connect(transport: NatsTransport, host: Host, options: OpeningOptions): Promise<void> {
  if (options.connection === undefined) {
    const kept = new KeptConnection(host, options, transport.link)
    transport.keeper = kept
    await kept.open()
  } else {
    const stopFollowing = followConnection(host, transport.link, options.connection as NatsConnection)
    transport.keeper = { close: async () => stopFollowing() }
  }
}
