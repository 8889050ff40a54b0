import { type Host, MicroError, type Reply, type Runtime, type Transport, type TransportProvider } from '@micro/core'
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
  return {
    serve: (endpoint, handle) => transport.serve(endpoint, handle),
    async request(subject, message, options): Promise<Reply> {
      const { timeoutMs, signal } = options
      const attempt = async (): Promise<Reply> => {
        const fault = faults.next('request')
        await faults.transit('request', 'request', runtime, signal)
        if (fault === 'refused') throw injectedFault('request', fault)
        // What arrives after its time is the receiver's to refuse.
        const send = (): Promise<Reply> => transport.request(subject, message, options)
        if (fault === 'request late' || fault === 'doubled') faults.arriveLate(runtime, send)
        if (fault === 'request lost' || fault === 'request late') return never()
        const reply = await send()
        if (fault === 'answer lost') return never()
        await faults.transit('request', 'answer', runtime, signal)
        return reply
      }
      return within(attempt(), { timeoutMs, runtime, signals: [closing.signal, signal] })
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

interface Limits {
  readonly timeoutMs: number
  readonly runtime: Runtime
  readonly signals: readonly (AbortSignal | undefined)[]
}

/** However slow the line is, the caller waits no longer than it said. */
function within(reply: Promise<Reply>, { timeoutMs, runtime, signals }: Limits): Promise<Reply> {
  return new Promise<Reply>((resolve, reject) => {
    const abort = ({ target }: Event): void => end(() => reject((target as AbortSignal).reason as Error))
    const timer = runtime.setTimer(timeoutMs, () =>
      end(() => reject(new MicroError('MICRO_TIMEOUT', `No reply within ${timeoutMs} ms.`, { outcome: 'unknown' }))),
    )
    const end = (settle: () => void): void => {
      timer.cancel()
      for (const signal of signals) signal?.removeEventListener('abort', abort)
      settle()
    }
    for (const signal of signals) signal?.addEventListener('abort', abort)
    reply.then(
      (value) => end(() => resolve(value)),
      (error: Error) => end(() => reject(error)),
    )
  })
}

/** Lost: nobody ever hears of it. */
const never = (): Promise<never> => new Promise<never>(() => undefined)
