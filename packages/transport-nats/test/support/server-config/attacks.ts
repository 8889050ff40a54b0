import type { JsonValue } from '@micro/core'
import { headers } from 'nats'
import { FORGED, HINT, QUEUED_HINT, type Rogue, type Scene } from './scene.ts'

export interface Got {
  /** Messages of others that it has read. */
  readonly read: number
  /** Messages of its own that somebody took for another's. */
  readonly forged: number
}

/** Enough for one queue of two members: 2⁻⁶⁰ to get nothing. */
const MOST_ROUNDS = 60
const GUARDED_ROUNDS = 3

/** Subjects whose messages are others', in every form in which one can ask for them. */
export const othersSubjects: readonly string[] = [
  ['>', '*.>', '*.*.*', 'micro.>', 'micro.*.*', 'micro.*.deposit-money', 'micro.bank.>', 'micro.bank.*'],
  ['micro.bank.deposit-money', 'micro.bank.read-balance', 'micro.ledger.write-entry', HINT],
  ['_INBOX.>', '_INBOX.*.>', '_INBOX.*.*.*', '_INBOX.portal.>', '_INBOX.portal.*.*', '_INBOX.bank.>', '*.bank.>'],
  ['$SRV.>', '$SRV.*.*', '$SRV.*.bank', '$SRV.*.*.*', '$SRV.PING.*', '$SRV.INFO.>'],
  ['$SRV.PING.bank', '$SRV.PING.bank.*', '$SRV.PING.bank.bank-1'],
  ['$SRV.INFO.bank', '$SRV.INFO.bank.*', '$SRV.INFO.bank.bank-1'],
  ['$SRV.STATS.bank', '$SRV.STATS.bank.*', '$SRV.STATS.bank.bank-1'],
  ['$SYS.>', '$SYS.SOMETHING', '$JS.>', '$JS.API.>', '$JS.API.SOMETHING', '*.API.>'],
].flat()

/** Alone; in the queue of the services' instances; in others' queues; in names that could be taken for patterns. */
export const queues: readonly (string | undefined)[] = [undefined, 'q', 'ledger', 'rogue', '*', '>']

/** Hears a subject, and answers whatever wants an answer, first if it can. */
export async function listenTo(
  scene: Scene,
  rogue: Rogue,
  subject: string,
  queue: string | undefined,
  proves: keyof Got = 'read',
): Promise<Got> {
  let read = 0
  let forged = 0
  const subscription = rogue.listen(subject, queue, (message) => {
    if (message.subject.startsWith(rogue.inbox)) return
    read++
    if (message.reply !== undefined && message.reply !== '') message.respond(JSON.stringify(FORGED))
  })
  await rogue.flush()
  const rounds = scene.isGuarded ? GUARDED_ROUNDS : MOST_ROUNDS
  for (let round = 0; round < rounds; round++) {
    forged += await scene.traffic()
    await rogue.flush()
    if (!scene.isGuarded && (proves === 'read' ? read : forged) > 0) break
  }
  subscription.unsubscribe()
  await rogue.flush()
  return { read, forged }
}

export interface Attack {
  readonly name: string
  /** What it gets where nothing keeps it from it. */
  readonly proves: keyof Got
  /** Servers before it know nothing of what the attack uses. */
  readonly sinceVersion?: string
  readonly attempt: (scene: Scene, rogue: Rogue) => Promise<Got>
}

const forgeries: readonly Attack[] = [
  {
    name: 'asks for a command that it may not call',
    proves: 'forged',
    attempt: async (scene, rogue) => {
      const before = scene.forgedCommands
      await rogue.ask('micro.bank.deposit-money', { by: 'rogue' })
      await scene.settle()
      return { read: rogue.answers.length, forged: scene.forgedCommands - before }
    },
  },
  {
    name: 'publishes a hint in the name of another',
    proves: 'forged',
    attempt: async (scene, rogue) => {
      const before = scene.forgedHints
      await rogue.send(HINT, { by: 'rogue' })
      await scene.settle()
      return { read: 0, forged: scene.forgedHints - before }
    },
  },
  {
    name: 'answers a request of others, whose inbox it was told',
    proves: 'forged',
    attempt: async (scene, rogue) => ({
      read: 0,
      forged: await scene.whileHeld((replyTo) => rogue.send(replyTo, FORGED)),
    }),
  },
  {
    name: 'answers in the name of another to who asks for that one',
    proves: 'forged',
    attempt: async (scene, rogue) => {
      let forged = 0
      for (const subject of ['$SRV.INFO.bank', '$SRV.PING.bank', '$SRV.STATS.bank'])
        forged += (await listenTo(scene, rogue, subject, undefined, 'forged')).forged
      return { read: 0, forged }
    },
  },
  {
    name: 'joins those who serve an action, and answers in their place',
    proves: 'forged',
    attempt: (scene, rogue) => listenTo(scene, rogue, 'micro.bank.deposit-money', 'q', 'forged'),
  },
  {
    name: 'takes a hint out of the queue of another',
    proves: 'read',
    attempt: (scene, rogue) => listenTo(scene, rogue, QUEUED_HINT, 'ledger'),
  },
  {
    name: 'has the server report a message of its own to the subject of another',
    proves: 'forged',
    sinceVersion: '2.11',
    attempt: async (scene, rogue) => {
      const before = scene.forgedHints
      const traced = headers()
      traced.set('Nats-Trace-Dest', HINT)
      await rogue.ask('micro.bank.read-balance', { by: 'rogue' }, { headers: traced })
      await gather(scene, () => scene.forgedHints > before)
      return { read: 0, forged: scene.forgedHints - before }
    },
  },
]

const systemRequests: readonly Attack[] = (
  [
    ['micro.ledger.write-entry', { by: 'rogue' }],
    ['$SRV.STATS', null],
    ['$SRV.STATS.bank', null],
    ['$SYS.REQ.USER.INFO', null],
    ['$SYS.REQ.ACCOUNT.PING.CONNZ', null],
    ['$SYS.REQ.SERVER.PING.CONNZ', { subscriptions: true }],
    ['$JS.API.INFO', null],
    ['$JS.API.STREAM.CREATE.SNIFF', { name: 'SNIFF', subjects: ['others.>'] }],
    ['$JS.API.STREAM.DELETE.SNIFF', null],
  ] satisfies readonly (readonly [string, JsonValue])[]
).map(([subject, body]) => ({
  name: `asks ${subject}`,
  proves: 'read' as const,
  ...(subject === '$SYS.REQ.USER.INFO' ? { sinceVersion: '2.10' } : {}),
  attempt: async (scene, rogue) => {
    await rogue.ask(subject, body)
    await gather(scene, () => rogue.answers.length > 0)
    return { read: rogue.answers.length, forged: 0 }
  },
}))

export const attacks: readonly Attack[] = [...forgeries, ...systemRequests]

/** What the server does by itself has no order with what we can wait for: without permissions it is waited for. */
async function gather(scene: Scene, isThere: () => boolean): Promise<void> {
  await scene.settle()
  const end = performance.now() + 5000
  while (!scene.isGuarded && !isThere() && performance.now() < end)
    await new Promise((resolve) => setImmediate(resolve))
}
