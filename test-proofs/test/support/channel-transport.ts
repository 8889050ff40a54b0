import { MicroError, type Reply, type Transport, type TransportProvider } from '@micro/core'
import type { ProcessInstance } from './own-process.ts'

/** Lets a service in this process call the actions of an instance in another one, over the channel between the two. */
export function channelTransport(instance: Pick<ProcessInstance, 'request'>): TransportProvider {
  return {
    kind: 'channel',
    capabilities: { remote: true, maxBodyBytes: 1_048_576 },
    open: async ({ runtime }): Promise<Transport> => ({
      request: (subject, message, { timeoutMs }) =>
        new Promise<Reply>((resolve, reject) => {
          const timer = runtime.setTimer(timeoutMs, () => reject(late(subject)), { keepAlive: true })
          void instance
            .request(subject, message)
            .then(resolve, reject)
            .finally(() => timer.cancel())
        }),
      serve: async () => async () => undefined,
      publish: async () => undefined,
      subscribe: async () => async () => undefined,
      // Calls go by address here.
      async *discover() {},
      close: async () => undefined,
    }),
  }
}

function late(subject: string): MicroError {
  return new MicroError('MICRO_TIMEOUT', `No reply on "${subject}" in time.`, { outcome: 'unknown' })
}
