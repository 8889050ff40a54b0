// Four services on one server, once under the generated configuration and once without any: what an attack on them
// does there shows that it works at all.
import type { JsonValue, Transport } from '@micro/core'
import {
  type Authenticator,
  connect,
  type ConnectionOptions,
  createInbox,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
  nkeyAuthenticator,
  type Subscription,
} from 'nats'
import { natsServerConfig, natsTransport, type NatsServersOptions } from '../../../src/index.ts'
import { startNatsServer } from '../../../../../test-e2e/servers/nats-server.ts'
import { ask, endpoint, testHost } from '../handles.ts'
import { knownPassword, newKey, type Proof } from './keys.ts'

export type ServiceName = 'bank' | 'ledger' | 'portal' | 'audit'

export const HINT = 'micro.bank.money-moved'
export const QUEUED_HINT = 'hints.day-ended'
/** An action of the bank's that is served with the bare client, without any care. */
export const PLAIN = 'micro.bank.read-rate'

const proofs: Readonly<Record<ServiceName, Proof>> = {
  bank: newKey(),
  ledger: newKey(),
  portal: knownPassword('portal'),
  audit: newKey(),
}

const of =
  (service: string) =>
  (name: string): { readonly service: string; readonly name: string } => ({ service, name })
const bankActions = ['deposit money', 'read balance', 'read rate'].map(of('bank'))
const ledgerActions = ['write entry', 'hold'].map(of('ledger'))
const auditActions = ['note'].map(of('audit'))

/** `audit` is the one that turns against the others. */
export const config: string = natsServerConfig({
  services: [
    {
      name: 'bank',
      credentials: proofs.bank.server,
      serves: bankActions,
      calls: [of('ledger')('write entry')],
      publishes: [HINT, QUEUED_HINT],
    },
    { name: 'ledger', credentials: proofs.ledger.server, serves: ledgerActions, subscribes: [QUEUED_HINT] },
    {
      name: 'portal',
      credentials: proofs.portal.server,
      calls: 'everything',
      subscribes: [HINT],
      readsStatistics: true,
    },
    {
      name: 'audit',
      credentials: proofs.audit.server,
      serves: auditActions,
      calls: ['read balance', 'read rate'].map(of('bank')),
      subscribes: [QUEUED_HINT],
    },
  ],
})

/** May do everything: makes the traffic of others, and looks on. */
const OPERATOR = { user: 'operator', pass: 'operator' }

/** What a scene's innocent have met of the rogue. */
export class Scene implements AsyncDisposable {
  readonly isGuarded: boolean
  readonly url: string
  readonly bank: Transport
  readonly portal: Transport
  readonly operator: NatsConnection
  /** Portal's user with a plain client. */
  readonly #desk: NatsConnection
  readonly #close: () => Promise<void>
  readonly #hints: JsonValue[] = []
  readonly #executed: JsonValue[] = []
  readonly #held: ((reply: string) => void)[] = []
  #release: (() => void)[] = []
  #probe = 0

  private constructor(given: {
    readonly isGuarded: boolean
    readonly url: string
    readonly transports: Readonly<Record<'bank' | 'ledger' | 'portal', Transport>>
    readonly operator: NatsConnection
    readonly desk: NatsConnection
    readonly close: () => Promise<void>
  }) {
    this.isGuarded = given.isGuarded
    this.url = given.url
    this.bank = given.transports.bank
    this.portal = given.transports.portal
    this.operator = given.operator
    this.#desk = given.desk
    this.#close = given.close
  }

  static async start(binary: string, isGuarded: boolean): Promise<Scene> {
    // The operator's user is put beside the generated ones, as somebody who runs the server would do it.
    const withOperator = config.replace('users: [', 'users: [\n    { user: operator, password: operator }')
    const server = await startNatsServer({ binary, config: `jetstream: true\n${isGuarded ? withOperator : ''}` })
    const { url } = server
    const options = (service: ServiceName): NatsServersOptions => transportOptions(url, service, isGuarded)
    const open = (service: ServiceName): Promise<Transport> =>
      natsTransport(options(service)).open({ ...testHost(service).host, instance: `${service}-1` })
    const [bank, ledger, portal] = await Promise.all([open('bank'), open('ledger'), open('portal')])
    const operator = await connect({ servers: url, ...(isGuarded ? OPERATOR : {}) })
    const desk = await connect(clientOptions(url, 'portal', isGuarded))
    const plain = await connect(clientOptions(url, 'bank', isGuarded))
    plain.subscribe(PLAIN, { queue: 'q', callback: (_error, message) => void message.respond('{"rate":3}') })
    await plain.flush()
    const close = async (): Promise<void> => {
      await Promise.all([bank, ledger, portal].map((transport) => transport.close({ deadlineMs: 1000 })))
      await Promise.all([operator, desk, plain].map((connection) => connection.close()))
      await server.stop()
    }
    const scene = new Scene({ isGuarded, url, transports: { bank, ledger, portal }, operator, desk, close })
    await scene.#serve(ledger)
    return scene
  }

  /** The rogue's own connection, with a valid user where there are users. */
  rogue(): Promise<Rogue> {
    return Rogue.connect(this.url, this.isGuarded)
  }

  /** What a client of the other kind would be given, as the rogue. */
  rogueOptions(): NatsServersOptions {
    return transportOptions(this.url, 'audit', this.isGuarded)
  }

  /** Every kind of message that the services exchange, once. @returns forged answers among what came back */
  async traffic(): Promise<number> {
    const call = async (subject: string): Promise<JsonValue | undefined> =>
      (await ask(this.portal, subject, { by: 'portal' })).body
    const read = async (subject: string): Promise<JsonValue> =>
      (await this.#desk.request(subject, '', { timeout: 5000 })).json<JsonValue>()
    const answers = await Promise.all([
      call('micro.bank.deposit-money'),
      call('micro.bank.read-balance'),
      ...['PING', 'INFO', 'STATS'].flatMap((verb) => [
        read(`$SRV.${verb}.bank`),
        read(`$SRV.${verb}.bank.bank-1`),
        read(`$SRV.${verb}.ledger`),
      ]),
      this.bank.publish(HINT, { headers: {}, body: { by: 'bank' } }),
      this.bank.publish(QUEUED_HINT, { headers: {}, body: { by: 'bank' } }),
    ])
    // Nobody here does; somebody else who uses the same server may.
    this.operator.publish('$SYS.SOMETHING', '{}')
    this.operator.publish('$JS.API.SOMETHING', '{}')
    await this.operator.flush()
    return answers.filter(isForged).length
  }

  /** Resolves when the innocent have dealt with everything that the server has taken until now. */
  async settle(): Promise<void> {
    const probe = ++this.#probe
    this.operator.publish(HINT, JSON.stringify({ probe }))
    await this.operator.flush()
    await ask(this.portal, 'micro.bank.read-balance', { by: 'portal' })
    await ask(this.bank, 'micro.ledger.write-entry', { by: 'bank' })
    while (!this.#hints.some((hint) => (hint as { probe?: number }).probe === probe))
      await new Promise((resolve) => setImmediate(resolve))
  }

  /** Instances of the bank by what the bare client is told in answer to everybody being asked. */
  async claimedInstances(): Promise<readonly string[]> {
    const ids: string[] = []
    for await (const message of await this.#desk.requestMany('$SRV.INFO', '', { maxWait: 500, maxMessages: 4 }))
      ids.push(message.json<{ id: string }>().id)
    return ids
  }

  /** What the portal heard that is neither the bank's nor ours. */
  get forgedHints(): number {
    return this.#hints.filter((hint) => !isObject(hint) || (hint['by'] !== 'bank' && hint['probe'] === undefined))
      .length
  }

  /** Commands that the rogue had executed. */
  get forgedCommands(): number {
    return this.#executed.filter((body) => isObject(body) && body['by'] === 'rogue').length
  }

  /**
   * The portal waits for an answer of the ledger's, which comes when all is over.
   *
   * @param attack is given the subject on which the portal waits
   * @returns whether the portal took another answer
   */
  async whileHeld(attack: (replyTo: string) => Promise<void>): Promise<number> {
    const replyTo = new Promise<string>((resolve) => this.#held.push(resolve))
    const answer = ask(this.portal, 'micro.ledger.hold', { by: 'portal' })
    await attack(await replyTo)
    await this.settle()
    for (const release of this.#release) release()
    this.#release = []
    const { body } = await answer
    return isObject(body) && body['held'] === true ? 0 : 1
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close()
  }

  async #serve(ledger: Transport): Promise<void> {
    const serve = (
      transport: Transport,
      service: string,
      action: string,
      answer: (body: JsonValue) => JsonValue | Promise<JsonValue>,
    ): Promise<unknown> =>
      transport.serve(
        endpoint(`micro.${service}.${action}`, { service, instance: `${service}-1` }),
        async ({ body }) => ({ headers: {}, body: await answer(body ?? null) }),
      )
    const execute = (body: JsonValue): JsonValue => {
      this.#executed.push(body)
      return { done: true }
    }
    await serve(ledger, 'ledger', 'write-entry', execute)
    await ledger.subscribe(QUEUED_HINT, () => undefined, { queue: 'ledger' })
    await serve(this.bank, 'bank', 'deposit-money', async (body) => {
      await ask(this.bank, 'micro.ledger.write-entry', { by: 'bank' })
      return execute(body)
    })
    await serve(this.bank, 'bank', 'read-balance', () => ({ balance: 7 }))
    await serve(ledger, 'ledger', 'hold', async () => {
      await new Promise<void>((resolve) => this.#release.push(resolve))
      return { held: true }
    })
    await this.portal.subscribe(HINT, ({ body }) => void this.#hints.push(body ?? null))
    this.operator.subscribe('micro.ledger.hold', {
      callback: (_error, { reply }) => this.#held.shift()?.(reply ?? ''),
    })
    await this.operator.flush()
  }
}

/** One connection of the rogue's, and what came of it. */
export class Rogue implements AsyncDisposable {
  readonly connection: NatsConnection
  readonly inbox: string
  /** What the server has refused. */
  readonly denied: Set<string> = new Set()
  /** What it was told in answer to its own requests. */
  readonly answers: Msg[] = []

  private constructor(connection: NatsConnection) {
    this.connection = connection
    this.inbox = createInbox('_INBOX.audit')
    connection.subscribe(`${this.inbox}.*`, { callback: (error, message) => error ?? this.#onAnswer(message) })
    void this.#follow()
  }

  static async connect(url: string, isGuarded: boolean): Promise<Rogue> {
    const rogue = new Rogue(await connect({ ...clientOptions(url, 'audit', isGuarded), reconnect: false }))
    await rogue.connection.flush()
    return rogue
  }

  listen(subject: string, queue: string | undefined, onMessage: (message: Msg) => void): Subscription {
    return this.connection.subscribe(subject, {
      ...(queue === undefined ? {} : { queue }),
      callback: (error, message) => (error === null ? onMessage(message) : void this.denied.add(subject)),
    })
  }

  /** As a request whose answer is kept in `answers`, unless it is to go elsewhere. */
  async ask(subject: string, body: JsonValue, options: { reply?: string; headers?: MsgHdrs } = {}): Promise<void> {
    this.connection.publish(subject, JSON.stringify(body), { reply: `${this.inbox}.1`, ...options })
    await this.flush()
  }

  async send(subject: string, body: JsonValue): Promise<void> {
    this.connection.publish(subject, JSON.stringify(body))
    await this.flush()
  }

  /** Refusals come before the answer to a flush, but the client hands them over by a longer way. */
  async flush(): Promise<void> {
    await this.connection.flush()
    await new Promise((resolve) => setImmediate(resolve))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.connection.close()
  }

  #onAnswer(message: Msg): void {
    if (message.headers?.code !== 503) this.answers.push(message)
  }

  async #follow(): Promise<void> {
    for await (const { permissionContext } of this.connection.status())
      if (permissionContext !== undefined) this.denied.add(permissionContext.subject)
  }
}

export const FORGED = { forged: true }

function isForged(answer: unknown): boolean {
  return isObject(answer) && answer['forged'] === true
}

function isObject(value: unknown): value is Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null
}

export function transportOptions(url: string, service: ServiceName, isGuarded: boolean): NatsServersOptions {
  const inboxPrefix = `_INBOX.${service}`
  return { servers: url, inboxPrefix, ...(isGuarded ? { credentials: proofs[service].client } : {}) }
}

function clientOptions(url: string, service: ServiceName, isGuarded: boolean): ConnectionOptions {
  const common = { servers: url, inboxPrefix: `_INBOX.${service}` }
  if (!isGuarded) return common
  const { client } = proofs[service]
  if ('user' in client) return { ...common, user: client.user, pass: client.password }
  return { ...common, authenticator: seedAuthenticator((client as { readonly nkeySeed: string }).nkeySeed) }
}

function seedAuthenticator(seed: string): Authenticator {
  return nkeyAuthenticator(new TextEncoder().encode(seed))
}
