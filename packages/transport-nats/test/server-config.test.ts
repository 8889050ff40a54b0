import { defineCommand, isMicroError, MicroError } from '@micro/core'
import { nkeys } from 'nats'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { NATS_SERVER_CONFIG_DEFAULTS, natsServerConfig, type NatsServerConfigOptions } from '../src/index.ts'
import { passwordHash } from './support/server-config/keys.ts'

const key = (): { readonly nkey: string } => ({ nkey: nkeys.createUser().getPublicKey() })
const seed = new TextDecoder().decode(nkeys.createUser().getSeed())
const payload = { type: 'object', properties: {} } as const
const depositMoney = defineCommand('deposit money', { service: 'bank', payload })

/** What is wrong with these options, and that something is. */
function mistakesOf(options: unknown): readonly string[] {
  const error = errorOf(options)
  if (!isMicroError(error, 'MICRO_WIRING')) throw error
  return (error.details?.problems ?? []).map(({ message, remedy }) => `${message}. ${remedy}`)
}

function errorOf(options: unknown): unknown {
  try {
    natsServerConfig(options as NatsServerConfigOptions)
  } catch (error) {
    return error
  }
  throw new Error('No mistake was found.')
}

const withService = (service: object, more: object = {}): object => ({
  ...more,
  services: [
    { name: 'bank', credentials: key(), serves: [depositMoney] },
    { name: 'desk', credentials: key(), ...service },
  ],
})

const LINES = 'bad"\n  { user: rogue, password: rogue }'

const mistakes: readonly (readonly [what: string, options: object, message: RegExp])[] = [
  ['no services', {}, /There are no services/],
  ['an empty list of services', { services: [] }, /There are no services/],
  ['an option that there is not', withService({}, { no_auth_user: 'bank' }), /no option "no_auth_user"/],
  ['a namespace of other characters', withService({}, { namespace: 'micro.>' }), /namespace is "micro.>"/],
  ['a namespace of several lines', withService({}, { namespace: LINES }), /namespace is/],
  ['no time for replies', withService({}, { repliesWithinMs: 0 }), /repliesWithinMs is 0/],
  ['a time that is no number', withService({}, { repliesWithinMs: '1s", x: "' }), /repliesWithinMs is/],
  ['a service that is none', { services: [null] }, /services\[0\] is null/],
  ['a service named as a pattern', withService({ name: '*' }), /services\[1\] is named "\*"/],
  ['a service named over several lines', withService({ name: LINES }), /services\[1\] is named/],
  ['an option of a service that there is not', withService({ permissions: '>' }), /"desk" has no option "permissions"/],
  ['two services of one name', withService({ name: 'bank' }), /two services "bank"/],
  ['no credentials', withService({ credentials: undefined }), /"desk" has no credentials/],
  ['credentials of no form', withService({ credentials: { token: 'x' } }), /no known form/],
  ['credentials of two forms', withService({ credentials: { ...key(), user: 'x' } }), /no known form/],
  ['a password in plain text', withService({ credentials: { user: 'x', password: 's3cret' } }), /in plain text/],
  ['a plain text as the hash', withService({ credentials: { user: 'x', passwordHash: 's3cret' } }), /not bcrypt/],
  [
    'a hash that is soon guessed',
    withService({ credentials: { user: 'x', passwordHash: passwordHash.replace('$10$', '$04$') } }),
    /cost 4/,
  ],
  [
    'a hash that takes the server minutes',
    withService({ credentials: { user: 'x', passwordHash: passwordHash.replace('$10$', '$20$') } }),
    /cost 20/,
  ],
  ['a user of several lines', withService({ credentials: { user: LINES, passwordHash } }), /user name/],
  ['a seed for a key', withService({ credentials: { nkey: seed } }), /seed of a key pair/],
  ['a key that is mistyped', withService({ credentials: { nkey: mistyped(key().nkey) } }), /no public key/],
  ["an account's key", withService({ credentials: { nkey: nkeys.createAccount().getPublicKey() } }), /no public key/],
  ['an action of another service', withService({ serves: [depositMoney] }), /"desk" serves "deposit money"/],
  ['an action that is none', withService({ serves: ['deposit money'] }), /"desk" serves "deposit money"/],
  ['an action named as a pattern', withService({ serves: [{ service: 'desk', name: '>' }] }), /serves ">" of "desk"/],
  ['a call that nobody answers', withService({ calls: [{ service: 'bank', name: 'rob' }] }), /nobody here serves/],
  ['calls that are no list', withService({ calls: depositMoney }), /calls an object/],
  ['a published pattern', withService({ publishes: ['micro.desk.>'] }), /publishes on "micro.desk.>"/],
  ['a published call', withService({ publishes: ['micro.bank.deposit-money'] }), /which is an action/],
  ['what another publishes', withService({ publishes: ['micro.bank.hint'] }), /not its own/],
  ["something of the server's", withService({ publishes: ['$SYS.REQ.SERVER.PING'] }), /publishes on "\$SYS/],
  ['a reply without a request', withService({ publishes: ['_INBOX.bank.x'] }), /publishes on "_INBOX/],
  ['everything heard', withService({ subscribes: ['>'] }), /subscribes to ">"/],
  ['an inbox heard', withService({ subscribes: ['_INBOX.bank.x.y'] }), /subscribes to "_INBOX/],
  ['an action heard', withService({ subscribes: ['micro.bank.deposit-money'] }), /action of "bank"/],
  ['a subject with a queue', withService({ subscribes: ['micro.bank.hint q'] }), /subscribes to "micro.bank.hint q"/],
  ['a flag that is none', withService({ discovers: 'no' }), /discovers is "no"/],
  ['TLS without a key', withService({}, { tls: { certFile: 'a.pem' } }), /tls.keyFile is no path/],
  ['TLS with a key for a path', withService({}, { tls: { certFile: 'a', keyFile: '--\n--' } }), /tls.keyFile/],
  ['TLS without verification', withService({}, { tls: { certFile: 'a', keyFile: 'b', verify: 0 } }), /"verify"/],
]

describe('what is wrong with a server configuration', () => {
  it.each(mistakes)('is named: %s', (_what, options, message) => {
    const found = mistakesOf(options)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(message)
  })

  it('is named all at once', () => {
    const options = {
      namespace: 'Micro',
      tls: {},
      services: [
        { name: 'bank', credentials: { nkey: seed }, serves: [depositMoney], publishes: ['>'] },
        { name: 'desk', calls: [{ service: 'bank', name: 'rob' }], subscribes: ['*'] },
      ],
    }
    const found = mistakesOf(options)
    expect(found).toHaveLength(7)
    const error = errorOf(options)
    expect(error).toBeInstanceOf(MicroError)
    for (const mistake of found) expect((error as MicroError).message).toContain(mistake.split('. ')[0])
  })

  it('never shows what may be a secret', () => {
    const secrets = [
      { nkey: seed },
      { user: 'x', password: seed },
      { user: 'x', passwordHash: seed },
      { user: `${seed}\n`, passwordHash },
      { nkey: `U${seed}` },
      { token: seed },
      seed,
    ]
    for (const credentials of secrets)
      expect(JSON.stringify(errorOf(withService({ credentials })))).not.toContain(seed.slice(1))
    expect(String(errorOf(withService({}, { tls: { certFile: `${seed}\n`, keyFile: 'x' } })))).not.toContain(seed)
  })

  it('is told before anything else: options that are no object', () => {
    for (const options of [undefined, null, 'bank', 7, []]) expect(() => errorOf(options)).not.toThrow()
    expect(errorOf(undefined)).toBeInstanceOf(TypeError)
  })

  it('is one service that is another with the same credentials', () => {
    const credentials = key()
    const services = ['bank', 'desk'].map((name) => ({ name, credentials }))
    expect(mistakesOf({ services })).toEqual([expect.stringContaining('have the same credentials')])
  })
})

describe('a server configuration', () => {
  it('is the one that the reference shows, for the services that it shows', () => {
    const page = readFileSync(new URL('../../../docs/reference/nats-server.md', import.meta.url), 'utf8')
    const bank = { nkey: 'UA6ZBUNMNYVLYGSQHIPIT2YXJ5N7IAUZXFMJWGJVIONOYUZDIFKWE4D7' }
    const text = natsServerConfig({
      services: [
        {
          name: 'bank',
          credentials: bank,
          serves: [depositMoney],
          publishes: ['micro.bank.money-moved'],
        },
        {
          name: 'portal',
          credentials: { user: 'portal', passwordHash },
          calls: 'everything',
          subscribes: ['micro.bank.money-moved'],
        },
      ],
    })
    expect(page).toContain(`\`\`\`\n${text}\`\`\``)
  })

  it('is the same for the same rights, however they are listed', () => {
    const [bank, desk] = [key(), key()]
    const write = (serves: readonly string[]): string =>
      natsServerConfig({
        services: [
          { name: 'bank', credentials: bank, serves: serves.map((name) => ({ service: 'bank', name })) },
          { name: 'desk', credentials: desk, calls: 'everything' },
        ],
      })
    expect(write(['a', 'b', 'c'])).toBe(write(['c', 'a', 'b', 'a']))
  })

  it('lets nobody publish or subscribe to everything, and nobody in without a name', () => {
    const text = natsServerConfig(withService({ calls: 'everything' }) as NatsServerConfigOptions)
    expect(text).not.toMatch(/allow[^\]]*"(?:>|\*)/)
    expect(text).not.toMatch(/^[^#]*no_auth_user/m)
    expect(text).not.toMatch(/allow: \[\s*\]/)
  })

  it('has no right to call oneself: such calls do not travel', () => {
    const services = [{ name: 'bank', credentials: key(), serves: [depositMoney], calls: 'everything' }] as const
    expect(natsServerConfig({ services })).not.toContain('"micro.bank.deposit-money"')
  })

  it('has the defaults that its options say', () => {
    expect(NATS_SERVER_CONFIG_DEFAULTS).toEqual({ namespace: 'micro', repliesWithinMs: 120_000 })
    const { services } = withService({}) as NatsServerConfigOptions
    expect(natsServerConfig({ services })).toBe(natsServerConfig({ services, ...NATS_SERVER_CONFIG_DEFAULTS }))
  })
})

function mistyped(text: string): string {
  return `${text.slice(0, 10)}${text[10] === 'A' ? 'B' : 'A'}${text.slice(11)}`
}
