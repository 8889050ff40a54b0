import { natsTransport, type NatsServersOptions } from '../../../src/index.ts'
import type { Transport } from '@micro/core'
import { ask, endpoint, testHost } from '../handles.ts'
import { FORGED, HINT, QUEUED_HINT, type Scene } from './scene.ts'

/** What a service tries by our own transport, with the user that it has. */
export interface Overreach {
  readonly name: string
  readonly attempt: (scene: Scene, options: NatsServersOptions) => Promise<void>
}

export const overreaches: readonly Overreach[] = [
  {
    name: 'when it serves an action of another',
    attempt: (_scene, options) =>
      withTransport(options, async (rogue) => {
        const served = endpoint('micro.bank.deposit-money', { service: 'bank', instance: 'rogue' })
        const stop = await rogue.serve(served, async () => ({ headers: {}, body: FORGED }))
        await stop()
      }),
  },
  {
    name: 'when it calls what it may not call',
    attempt: (_scene, options) =>
      withTransport(options, async (rogue) => void (await ask(rogue, 'micro.ledger.write-entry', { by: 'rogue' }))),
  },
  {
    name: 'when it hears what it may not hear',
    attempt: (_scene, options) =>
      withTransport(options, async (rogue) => void (await rogue.subscribe(HINT, () => undefined))),
  },
  {
    name: 'when it joins the queue of another',
    attempt: (_scene, options) =>
      withTransport(options, async (rogue) => {
        await rogue.subscribe(QUEUED_HINT, () => undefined, { queue: 'ledger' })
      }),
  },
  {
    name: 'when it takes the inbox of another',
    attempt: (_scene, options) => withTransport({ ...options, inboxPrefix: '_INBOX.portal' }, async () => undefined),
  },
  {
    name: 'when it takes the inbox that everybody has by default',
    attempt: (_scene, options) => withTransport({ ...options, inboxPrefix: '_INBOX' }, async () => undefined),
  },
]

async function withTransport(options: NatsServersOptions, use: (transport: Transport) => Promise<void>): Promise<void> {
  const transport = await natsTransport(options).open(testHost('bank').host)
  try {
    await use(transport)
  } finally {
    await transport.close({ deadlineMs: 1000 })
  }
}
