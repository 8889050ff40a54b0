import { afterEach, describe, expect, it } from 'vitest'
import {
  createMicro,
  defineAction,
  type Host,
  type Identity,
  identityOf,
  type Keys,
  type Logger,
  type Micro,
  newKeyPair,
  type Reply,
  type Request,
  systemRuntime,
  type Transport,
  type TransportProvider,
} from '@micro/core'
import { NETWORKS } from './support/nats.ts'
import { silentModule } from '../../test-e2e/test/support/silent-logger.ts'

const [portalKeys, bankKeys, rogueKeys] = [newKeyPair(), newKeyPair(), newKeyPair()]

const ANYTHING = { type: 'object', properties: {}, additionalProperties: true } as const

const whoAsks = defineAction('who asks', { service: 'bank', payload: ANYTHING })
const whoAsksBehind = defineAction('who asks behind', { service: 'bank', payload: ANYTHING })
const askAudit = defineAction('who asks', { service: 'audit', payload: ANYTHING })

const tell = (identity: Identity, correlationId: string) => ({
  subject: identity.subject ?? null,
  mayDeposit: identity.can('deposit'),
  correlationId,
})
type Told = ReturnType<typeof tell>

const running: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((stop) => stop()))
})

async function started(
  name: string,
  transport: TransportProvider,
  keys: Keys | undefined,
  add: (micro: Micro) => Micro = (micro) => micro,
): Promise<Micro> {
  const micro = add(createMicro({ name, transport, modules: [silentModule], ...(keys === undefined ? {} : { keys }) }))
  running.push(() => micro.stop())
  await micro.start()
  return micro
}

/** Keeps the requests that go over a transport, as somebody who listens there would. */
function overheard(provider: TransportProvider): {
  readonly provider: TransportProvider
  readonly requests: Request[]
} {
  const requests: Request[] = []
  const open = async (host: Host): Promise<Transport> => {
    const transport = await provider.open(host)
    return new Proxy(transport, {
      get(target, key) {
        if (key === 'request')
          return (subject: string, message: Request, options: never) => {
            requests.push({ ...message, subject })
            return target.request(subject, message, options)
          }
        const value: unknown = Reflect.get(target, key, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }
  return { provider: { ...provider, open }, requests }
}

/** A way onto a network for who is no service. */
async function openWire(provider: TransportProvider, logger: Logger): Promise<(request: Request) => Promise<Reply>> {
  const runtime = systemRuntime()
  const wire = await provider.open({ runtime, logger, service: 'rogue', instance: runtime.newId() })
  running.push(() => wire.close({ deadlineMs: 0 }))
  return ({ subject, headers, body }) => wire.request(subject, { headers, body }, { timeoutMs: 1_000 })
}

/** Portal (an issuer), bank, and audit behind the bank, each with the keys that it needs and no more. */
async function deployedOn(network: TransportProvider) {
  const { provider, requests } = overheard(network)
  const portal = await started('portal', provider, {
    own: { id: 'portal', privateKey: portalKeys.privateKey },
  })
  await started(
    'bank',
    provider,
    { own: { id: 'bank', privateKey: bankKeys.privateKey }, issuers: { portal: portalKeys.publicKey } },
    (micro) =>
      micro
        .add(whoAsks, (_payload, { identity, correlationId }) => tell(identity, correlationId))
        .add(whoAsksBehind, (_payload, { act }) => act(askAudit, {})),
  )
  await started(
    'audit',
    provider,
    { issuers: { portal: portalKeys.publicKey }, callers: { bank: bankKeys.publicKey } },
    (micro) => micro.add(askAudit, (_payload, { identity, correlationId }) => tell(identity, correlationId)),
  )
  const send = await openWire(provider, portal.log)
  return { portal, provider, requests, send }
}

const ALICE = identityOf('alice', ['deposit'])

describe.each(NETWORKS)('services %s', (_network, open) => {
  const deployed = async () => deployedOn(await open())

  describe('an identity', () => {
    it('[88] that the portal signed is who asks, in the service called and in the one behind it', async () => {
      const { portal } = await deployed()
      const here = (await portal.act(whoAsks, {}, { identity: ALICE })) as Told
      expect(here).toMatchObject({ subject: 'alice', mayDeposit: true })
      const behind = (await portal.act(whoAsksBehind, {}, { identity: ALICE, correlationId: 'c-1' })) as Told
      expect(behind).toEqual({ subject: 'alice', mayDeposit: true, correlationId: 'c-1' })
    })

    it('[88] that nobody gave is anonymous', async () => {
      const { portal, requests } = await deployed()
      await expect(portal.act(whoAsks, {})).resolves.toMatchObject({ subject: null, mayDeposit: false })
      expect(requests.every(({ headers }) => headers['micro-identity'] === undefined)).toBe(true)
    })

    it('[88] stays at home where the caller has no key', async () => {
      const { provider } = await deployed()
      const keyless = await started('keyless', provider, undefined)
      await expect(keyless.act(whoAsks, {}, { identity: ALICE })).resolves.toMatchObject({ subject: null })
    })

    it.each<[string, Keys]>([
      ['whose key nobody knows', { own: { id: 'rogue', privateKey: rogueKeys.privateKey } }],
      ['that calls itself portal', { own: { id: 'portal', privateKey: rogueKeys.privateKey } }],
      ['that may call, but is no issuer', { own: { id: 'bank', privateKey: bankKeys.privateKey } }],
    ])('[88] cannot be made by a service %s', async (_, keys) => {
      const { provider } = await deployed()
      const rogue = await started('rogue', provider, keys)
      await expect(rogue.act(askAudit, {}, { identity: ALICE })).rejects.toMatchObject({
        code: 'MICRO_UNAUTHENTICATED',
        outcome: 'none',
      })
    })

    it('[88] is refused by a service that has no keys to check it with', async () => {
      const { portal, provider } = await deployed()
      const lonely = defineAction('lonely', { service: 'lonely', payload: ANYTHING })
      await started('lonely', provider, undefined, (micro) => micro.add(lonely, () => 'done'))
      await expect(portal.act(lonely, {}, { identity: ALICE })).rejects.toMatchObject({
        code: 'MICRO_UNAUTHENTICATED',
        message: expect.stringContaining('the option keys') as string,
      })
    })
  })

  describe('a captured call', () => {
    /** What somebody who listens gets: a call of alice's that was answered. */
    async function captured() {
      const deployment = await deployed()
      const { portal, requests } = deployment
      await portal.act(whoAsks, { amount: 1 }, { identity: ALICE, correlationId: 'c-1', timeoutMs: 500 })
      const [request] = requests
      if (request === undefined) throw new TypeError('no request was overheard')
      return { ...deployment, request }
    }
    const with_ = (request: Request, headers: Record<string, string>): Request => ({
      ...request,
      headers: { ...request.headers, ...headers },
    })
    const without = (request: Request, name: string): Request => ({
      ...request,
      headers: Object.fromEntries(Object.entries(request.headers).filter(([other]) => other !== name)),
    })
    const refused = { error: { code: 'MICRO_UNAUTHENTICATED', outcome: 'none' } }
    const other = (text: string | undefined): string =>
      (text ?? '').replace(/^./, (first) => (first === 'a' ? 'b' : 'a'))

    it('[88] is what it was, sent again at once: the ids make of a command the same one', async () => {
      const { send, request } = await captured()
      expect(await send(request)).toMatchObject({ body: { subject: 'alice' } })
    })

    it.each<[string, (request: Request) => Request]>([
      ['on another subject', (request) => ({ ...request, subject: 'micro.audit.who-asks' })],
      ['with another payload', (request) => ({ ...request, body: { amount: 2 } })],
      ['without its payload', ({ subject, headers }) => ({ subject, headers })],
      ['with another command id', (request) => with_(request, { 'micro-command-id': 'other' })],
      ['with another correlation id', (request) => with_(request, { 'micro-correlation-id': 'c-2' })],
      ['with another deadline', (request) => with_(request, { 'micro-deadline': `9999999;${Date.now()};x` })],
      ['with no deadline', (request) => without(request, 'micro-deadline')],
      ...[0, 1, 2, 3, 4].map((part): [string, (request: Request) => Request] => [
        `with part ${part} of its identity changed`,
        (request) => {
          const parts = (request.headers['micro-identity'] ?? '').split('.')
          parts[part] = other(parts[part])
          return with_(request, { 'micro-identity': parts.join('.') })
        },
      ]),
      ['with half an identity', (request) => with_(request, { 'micro-identity': 'a.b.c' })],
      ['with an empty identity', (request) => with_(request, { 'micro-identity': '' })],
      ['with a long identity', (request) => with_(request, { 'micro-identity': 'x'.repeat(10_000) })],
    ])('[88] is refused %s', async (_, change) => {
      const { send, request } = await captured()
      expect(await send(change(request))).toMatchObject(refused)
    })

    it.each([
      ['is answered', 'at once', 0, { body: { subject: 'alice' } }],
      ['is refused', 'after its deadline', 60_000, refused],
    ])('[88] %s by an instance that has never heard of its sender, %s', async (_answer, _when, laterMs, expected) => {
      const { request } = await captured()
      const elsewhere = await open()
      const runtime = { ...systemRuntime(), now: () => Date.now() + laterMs }
      const bank = createMicro({
        name: 'bank',
        transport: elsewhere,
        modules: [silentModule],
        keys: { issuers: { portal: portalKeys.publicKey } },
        runtime,
      }).add(whoAsks, (_payload, { identity, correlationId }) => tell(identity, correlationId))
      running.push(() => bank.stop())
      await bank.start()
      const send = await openWire(elsewhere, bank.log)
      expect(await send(request)).toMatchObject(expected)
    })
  })
})
