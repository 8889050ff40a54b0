import { memoryTransport, type Message, type Reply, type Transport, type TransportProvider } from '@micro/core'

/** A memory transport with one fault, and the checks that find it: these and no others. */
export interface BrokenTransport {
  readonly provider: () => TransportProvider
  /** Beginnings of the titles of the checks that must fail. */
  readonly failing: readonly string[]
}

export const BROKEN_TRANSPORTS: Readonly<Record<string, BrokenTransport>> = {
  'a body that is passed on and not copied': {
    provider: broken((transport) => ({ subscribe: shareBodies(transport) })),
    failing: ['TR-HEADERS, TR-COPY: each subscriber has its own copy'],
  },
  'a time-out that claims that nothing happened': {
    provider: broken((transport) => ({
      request: (...args) =>
        transport.request(...args).catch((error: Error & { outcome?: string }) => {
          throw Object.assign(error, error.outcome === 'unknown' ? { outcome: 'none' } : {})
        }),
    })),
    failing: ['TR-TIMEOUT: a handler that does not answer', 'TR-DEADLINE: closing ends own requests'],
  },
  'a reply lost at the close': {
    provider: broken((transport) => ({ close: () => transport.close({ deadlineMs: 0 }) })),
    failing: ['TR-DRAIN: in-flight handlers finish', 'TR-DRAIN: a rolling restart'],
  },
  'a handler that is called twice': {
    provider: broken((transport) => ({
      serve: (endpoint, handle) =>
        transport.serve(endpoint, async (request) => {
          await Promise.resolve(handle(structuredClone(request))).catch(() => 'the first answer counts nothing')
          return handle(request)
        }),
    })),
    failing: [
      'TR-REQUEST: many requests at once',
      'TR-BODY: bodies of all kinds',
      'TR-BODY: no body stays no body',
      'TR-SHARE: each request goes to exactly one',
      'TR-TYPE-ERROR: malformed calls',
      'TR-STOP: in-flight handlers finish',
    ],
  },
  'an error that carries its stack': {
    provider: broken((transport) => ({
      serve: (endpoint, handle) =>
        transport.serve(endpoint, async (request): Promise<Reply> => {
          try {
            return await handle(request)
          } catch (error) {
            const message = error instanceof Error ? String(error.stack) : 'failed'
            return { headers: {}, error: { code: 'MICRO_INTERNAL', message, retryable: false, outcome: 'none' } }
          }
        }),
    })),
    failing: ['TR-ERROR: a typed error keeps', 'TR-ERROR: another error'],
  },
  'a queue that everyone hears': {
    provider: broken((transport) => ({ subscribe: (subject, handle) => transport.subscribe(subject, handle) })),
    failing: ['TR-QUEUE: each message goes to one', 'TR-ABORT: subscribe with an aborted signal'],
  },
  'an instance found twice': {
    provider: broken((transport) => ({
      discover: async function* (options) {
        for await (const service of transport.discover(options)) {
          yield service
          yield service
        }
      },
    })),
    failing: ['TR-DISCOVER: finds every instance once', 'TR-DISCOVER: does not find who has stopped'],
  },
}

function broken(change: (transport: Transport) => Partial<Transport>): () => TransportProvider {
  return () => {
    // A small limit, so that the checks of it cost little.
    const inner = memoryTransport({ maxBodyBytes: 200_000 })
    return {
      ...inner,
      open: async (host) => {
        const transport = await inner.open(host)
        return {
          serve: (...args) => transport.serve(...args),
          request: (...args) => transport.request(...args),
          publish: (...args) => transport.publish(...args),
          subscribe: (...args) => transport.subscribe(...args),
          discover: (options) => transport.discover(options),
          close: (options) => transport.close(options),
          ...change(transport),
        }
      },
    }
  }
}

/** All who listen to one subject get the same object for the same text. */
function shareBodies(transport: Transport): Transport['subscribe'] {
  const bodies = new Map<string, Message['body']>()
  return (subject, handle, options) => {
    const handleShared: typeof handle = (message) => {
      const text = JSON.stringify(message.body)
      if (!bodies.has(text)) bodies.set(text, message.body)
      return handle({ ...message, body: bodies.get(text) })
    }
    return transport.subscribe(subject, handleShared, options)
  }
}
