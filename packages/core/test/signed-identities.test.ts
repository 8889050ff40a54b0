import { afterEach, describe, expect, it } from 'vitest'
import {
  createMicro,
  defineAction,
  type Host,
  type Identity,
  identityOf,
  type Keys,
  memoryTransport,
  type Micro,
  type MicroError,
  newKeyPair,
  type Reply,
  type Request,
  systemRuntime,
  type Transport,
  type TransportProvider,
} from '@micro/core'
import { capturedLogger } from './support/captured-logger.ts'

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

const services: Micro[] = []
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()))
})

async function started(
  name: string,
  transport: TransportProvider,
  keys: Keys | undefined,
  add: (micro: Micro) => Micro = (micro) => micro,
): Promise<Micro> {
  const micro = add(
    createMicro({ name, transport, modules: [capturedLogger()], ...(keys === undefined ? {} : { keys }) }),
  )
  services.push(micro)
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

/** Portal (an issuer), bank, and audit behind the bank, each with the keys that it needs and no more. */
async function deployed() {
  const { provider, requests } = overheard(memoryTransport())
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
  const runtime = systemRuntime()
  const { log: logger } = portal
  const wire = await provider.open({ runtime, logger, service: 'rogue', instance: runtime.newId() })
  const send = async ({ subject, headers, body }: Request): Promise<Reply> =>
    wire.request(subject, { headers, body }, { timeoutMs: 1_000 })
  return { portal, provider, requests, send }
}

const ALICE = identityOf('alice', ['deposit'])

describe('an identity', () => {
  it('that the portal signed is who asks, in the service called and in the one behind it', async () => {
    const { portal } = await deployed()
    const here = (await portal.act(whoAsks, {}, { identity: ALICE })) as Told
    expect(here).toMatchObject({ subject: 'alice', mayDeposit: true })
    const behind = (await portal.act(whoAsksBehind, {}, { identity: ALICE, correlationId: 'c-1' })) as Told
    expect(behind).toEqual({ subject: 'alice', mayDeposit: true, correlationId: 'c-1' })
  })

  it('that nobody gave is anonymous', async () => {
    const { portal, requests } = await deployed()
    await expect(portal.act(whoAsks, {})).resolves.toMatchObject({ subject: null, mayDeposit: false })
    expect(requests.every(({ headers }) => headers['micro-identity'] === undefined)).toBe(true)
  })

  it('stays at home where the caller has no key', async () => {
    const { provider } = await deployed()
    const keyless = await started('keyless', provider, undefined)
    await expect(keyless.act(whoAsks, {}, { identity: ALICE })).resolves.toMatchObject({ subject: null })
  })

  it.each<[string, Keys]>([
    ['whose key nobody knows', { own: { id: 'rogue', privateKey: rogueKeys.privateKey } }],
    ['that calls itself portal', { own: { id: 'portal', privateKey: rogueKeys.privateKey } }],
    ['that may call, but is no issuer', { own: { id: 'bank', privateKey: bankKeys.privateKey } }],
  ])('cannot be made by a service %s', async (_, keys) => {
    const { provider } = await deployed()
    const rogue = await started('rogue', provider, keys)
    await expect(rogue.act(askAudit, {}, { identity: ALICE })).rejects.toMatchObject({
      code: 'MICRO_UNAUTHENTICATED',
      outcome: 'none',
    })
  })

  it('is refused by a service that has no keys to check it with', async () => {
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
  const other = (text: string | undefined): string => (text ?? '').replace(/^./, (first) => (first === 'a' ? 'b' : 'a'))

  it('is what it was, sent again at once: the ids make of a command the same one', async () => {
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
    ['with a huge identity', (request) => with_(request, { 'micro-identity': 'x'.repeat(100_000) })],
  ])('is refused %s', async (_, change) => {
    const { send, request } = await captured()
    expect(await send(change(request))).toMatchObject(refused)
  })

  it.each([
    ['is answered', 'at once', 0, { body: { subject: 'alice' } }],
    ['is refused', 'after its deadline', 60_000, refused],
  ])('%s by an instance that has never heard of its sender, %s', async (_answer, _when, laterMs, expected) => {
    const { request } = await captured()
    const elsewhere = memoryTransport()
    const runtime = { ...systemRuntime(), now: () => Date.now() + laterMs }
    const bank = createMicro({
      name: 'bank',
      transport: elsewhere,
      modules: [capturedLogger()],
      keys: { issuers: { portal: portalKeys.publicKey } },
      runtime,
    }).add(whoAsks, (_payload, { identity, correlationId }) => tell(identity, correlationId))
    services.push(bank)
    await bank.start()
    const wire = await elsewhere.open({ runtime, logger: bank.log, service: 'x', instance: runtime.newId() })
    const { subject, headers, body } = request
    expect(await wire.request(subject, { headers, body }, { timeoutMs: 1_000 })).toMatchObject(expected)
  })
})

describe('keys', () => {
  const wiring = (keys: unknown): MicroError => {
    try {
      createMicro({ name: 'bank', keys: keys as Keys })
    } catch (error) {
      return error as MicroError
    }
    throw new TypeError('was wired')
  }

  it.each<[string, unknown, RegExp]>([
    ['no object', 'secret', /keys is no object/],
    ['another member', { mine: {} }, /no member "mine"/],
    ['no private key', { own: { id: 'bank', privateKey: 'text' } }, /own\.privateKey/],
    ['a public key as the private one', { own: { id: 'bank', privateKey: bankKeys.publicKey } }, /own\.privateKey/],
    ['a bad id', { own: { id: 'a.b', privateKey: bankKeys.privateKey } }, /own\.id/],
    ['a private key where a public one belongs', { issuers: { portal: portalKeys.privateKey } }, /issuers\.portal/],
    [
      'a key twice',
      { issuers: { a: bankKeys.publicKey }, callers: { a: bankKeys.publicKey } },
      /an issuer and a caller/,
    ],
  ])('are refused when wiring: %s', (_, keys, message) => {
    const error = wiring(keys)
    expect(error).toMatchObject({ code: 'MICRO_WIRING' })
    expect(error.message).toMatch(message)
    expect(error.message).not.toContain('PRIVATE KEY')
  })
})
