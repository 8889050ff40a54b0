import { FORGED, HINT, PLAIN, type Rogue, type Scene } from './scene.ts'

/**
 * The rogue asks what it may ask, and has others say what it may not say. The server lets any answer pass, so that it is
 * ours to see through it; the bare client does not.
 */
export interface Deputy {
  readonly name: string
  /** @returns how often somebody took what came for another's, where the bare client answers, asks, or is guessed right */
  readonly control: (scene: Scene, rogue: Rogue) => Promise<number>
  readonly attempt: (scene: Scene, rogue: Rogue) => Promise<number>
}

export const deputies: readonly Deputy[] = [
  {
    name: 'has a service answer on the subject of a hint',
    control: (scene, rogue) => hintsForgedBy(scene, rogue, PLAIN),
    attempt: (scene, rogue) => hintsForgedBy(scene, rogue, 'micro.bank.read-balance'),
  },
  {
    name: 'has a service say who it is on the subject of a hint',
    control: (scene, rogue) => hintsForgedBy(scene, rogue, PLAIN),
    attempt: (scene, rogue) => hintsForgedBy(scene, rogue, '$SRV.PING.bank'),
  },
  {
    name: 'has a service answer a request of others, by what it knows of their inbox',
    control: (scene, rogue) => scene.whileHeld((reply) => rogue.ask(PLAIN, {}, { reply })),
    attempt: async (scene, rogue) => {
      const replyTo = await learnInbox(scene, rogue)
      return scene.whileHeld(async () => {
        for (const reply of guessesAfter(replyTo)) await rogue.ask(PLAIN, {}, { reply })
      })
    },
  },
  {
    name: 'says to who asks everybody that it is another',
    control: async (scene, rogue) => {
      await claim(rogue, '$SRV.INFO', INFO_OF_BANK)
      return (await scene.claimedInstances()).filter((id) => id === 'rogue').length
    },
    attempt: async (scene, rogue) => {
      // And by its own name, to which it may answer, that this name is the other's.
      for (const subject of ['$SRV.PING', '$SRV.INFO']) await claim(rogue, subject, INFO_OF_BANK)
      await claim(rogue, '$SRV.PING', { ...INFO_OF_BANK, name: 'audit' })
      await claim(rogue, '$SRV.INFO.audit.rogue', {
        ...INFO_OF_BANK,
        name: 'audit',
        metadata: { 'micro-service': 'bank' },
      })
      let forged = 0
      for await (const { instance } of scene.portal.discover({ maxWaitMs: 300 })) if (instance === 'rogue') forged++
      return forged
    },
  },
]

const INFO_OF_BANK = {
  type: 'io.nats.micro.v1.info_response',
  name: 'bank',
  id: 'rogue',
  version: '1.0.0',
  metadata: {},
  description: '',
  endpoints: [],
}

async function hintsForgedBy(scene: Scene, rogue: Rogue, deputy: string): Promise<number> {
  const before = scene.forgedHints
  await rogue.ask(deputy, FORGED, { reply: HINT })
  await scene.settle()
  return scene.forgedHints - before
}

/** A service that is called is told the caller's inbox. */
async function learnInbox(scene: Scene, rogue: Rogue): Promise<string> {
  let learnt = ''
  rogue.listen('micro.audit.note', 'q', (message) => {
    learnt = message.reply ?? ''
    message.respond('{}')
  })
  await rogue.flush()
  await scene.portal.request('micro.audit.note', { headers: {} }, { timeoutMs: 5000 })
  return learnt
}

/** What would follow, were requests counted in one way or another. */
function guessesAfter(replyTo: string): readonly string[] {
  const at = replyTo.lastIndexOf('.') + 1
  const [inbox, token] = [replyTo.slice(0, at), replyTo.slice(at)]
  const counted = [10, 16, 36].map((base) => (Number.parseInt(token, base) + 1).toString(base))
  const last = token.codePointAt(token.length - 1) ?? 0
  return [...counted, `${token.slice(0, -1)}${String.fromCodePoint(last + 1)}`].map((guess) => `${inbox}${guess}`)
}

async function claim(rogue: Rogue, subject: string, info: object): Promise<void> {
  rogue.listen(subject, undefined, (message) => void message.respond(JSON.stringify(info)))
  await rogue.flush()
}
