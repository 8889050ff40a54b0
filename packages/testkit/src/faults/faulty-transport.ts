import {
  type Host,
  type JsonValue,
  type Message,
  MicroError,
  type Reply,
  type Runtime,
  type Transport,
  type TransportProvider,
} from '@micro/core'
import { injectedFault } from './fault-kinds.ts'
import type { Faults } from './faults.ts'

/**
 * The provider's network as a service meets it over a bad line: what it asks and publishes suffers, and the answers that it
 * gets. Nobody is told that a request or its reply was lost: the caller waits for its time-out, outcome `unknown`.
 */
export function faultyTransport(provider: TransportProvider, faults: Faults): TransportProvider {
  return {
    ...provider,
    async open(host, options) {
      return faulty(await provider.open(host, options), faults, host)
    },
  }
}

function faulty(transport: Transport, faults: Faults, { runtime }: Host): Transport {
  /** Ends the waits that closing finds unfinished. */
  const onClosed = new Set<(error: MicroError) => void>()
  return {
    serve: (endpoint, handle) => transport.serve(endpoint, handle),
    async request(subject, given, options): Promise<Reply> {
      const { timeoutMs, signal } = options
      const message = asSent(given)
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
      return within(attempt(), { timeoutMs, runtime, signal, onClosed })
    },
    async publish(subject, given, options) {
      const message = asSent(given)
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
      const error = new MicroError('MICRO_UNAVAILABLE', 'The transport is closed.', { outcome: 'unknown' })
      for (const fail of onClosed) fail(error)
    },
  }
}

interface Limits {
  readonly timeoutMs: number
  readonly runtime: Runtime
  readonly signal: AbortSignal | undefined
  readonly onClosed: Set<(error: MicroError) => void>
}

/** However slow the line is, the caller waits no longer than it said. */
function within(reply: Promise<Reply>, { timeoutMs, runtime, signal, onClosed }: Limits): Promise<Reply> {
  return new Promise<Reply>((resolve, reject) => {
    const end = (): void => {
      timer.cancel()
      signal?.removeEventListener('abort', abort)
      onClosed.delete(fail)
    }
    const fail = (error: unknown): void => {
      end()
      reject(error as Error)
    }
    const abort = (): void => fail(signal?.reason)
    const timer = runtime.setTimer(timeoutMs, () =>
      fail(new MicroError('MICRO_TIMEOUT', `No reply within ${timeoutMs} ms.`, { outcome: 'unknown' })),
    )
    signal?.addEventListener('abort', abort)
    onClosed.add(fail)
    reply.then((value) => {
      end()
      resolve(value)
    }, fail)
  })
}

/** Lost: nobody ever hears of it. */
const never = (): Promise<never> => new Promise<never>(() => undefined)

/** What its sender does to it while it is on its way does not reach the receiver. What is no JSON the transport refuses. */
function asSent(message: Message): Message {
  const text: string | undefined = JSON.stringify(message.body)
  return text === undefined ? message : { headers: { ...message.headers }, body: JSON.parse(text) as JsonValue }
}
