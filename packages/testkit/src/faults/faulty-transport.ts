import { type Host, MicroError, pause, type Reply, type Transport, type TransportProvider } from '@micro/core'
import { injectedFault } from './fault-kinds.ts'
import type { Faults } from './faults.ts'

/**
 * The provider's network as a service meets it over a bad line: what it asks and publishes suffers, and the answers that it
 * gets. Nobody is told that a request or its reply was lost: the caller waits for its time-out, outcome `unknown`.
 */
export function faultyTransport(provider: TransportProvider, faults: Faults): TransportProvider {
  return {
    ...provider,
    async open(host) {
      return faulty(await provider.open(host), faults, host)
    },
  }
}

function faulty(transport: Transport, faults: Faults, { runtime }: Host): Transport {
  const closing = new AbortController()
  const lost = async (timeoutMs: number, begunAt: number, signal: AbortSignal | undefined): Promise<never> => {
    const left = Math.max(0, begunAt + timeoutMs - runtime.monotonic())
    await pause(runtime, left, AbortSignal.any([closing.signal, ...(signal === undefined ? [] : [signal])]))
    signal?.throwIfAborted()
    closing.signal.throwIfAborted()
    throw new MicroError('MICRO_TIMEOUT', `No reply within ${timeoutMs} ms: an injected fault.`, { outcome: 'unknown' })
  }
  return {
    serve: (endpoint, handle) => transport.serve(endpoint, handle),
    async request(subject, message, options): Promise<Reply> {
      const { timeoutMs, signal } = options
      const begunAt = runtime.monotonic()
      const fault = faults.next('request')
      await faults.transit('request', 'request', runtime, signal)
      if (fault === 'refused') throw injectedFault('request', fault)
      // What arrives after its time is the receiver's to refuse.
      const send = (): Promise<Reply> => transport.request(subject, message, options)
      if (fault === 'request late') faults.arriveLate(runtime, send)
      if (fault === 'request lost' || fault === 'request late') return lost(timeoutMs, begunAt, signal)
      if (fault === 'doubled') faults.arriveLate(runtime, send)
      const reply = await send()
      if (fault === 'answer lost') return lost(timeoutMs, begunAt, signal)
      await faults.transit('request', 'answer', runtime, signal)
      return reply
    },
    async publish(subject, message, options) {
      const fault = faults.next('publish')
      await faults.transit('publish', 'request', runtime, options?.signal)
      if (fault === 'refused') throw injectedFault('publish', fault)
      const send = (): Promise<void> => transport.publish(subject, message, options)
      if (fault === 'late' || fault === 'doubled') faults.arriveLate(runtime, send)
      if (fault !== 'lost' && fault !== 'late') await send()
    },
    subscribe: (subject, handle, options) => transport.subscribe(subject, handle, options),
    async *discover(options) {
      await faults.transit('discover', 'request', runtime, options.signal)
      if (faults.next('discover') !== undefined) throw injectedFault('discover', 'refused')
      yield* transport.discover(options)
    },
    async close(options) {
      await transport.close(options)
      closing.abort(new MicroError('MICRO_UNAVAILABLE', 'The transport is closed.', { outcome: 'unknown' }))
    },
  }
}
