import { type Key, type ReadKey, readKey } from '../runtime/ed25519.ts'
import { shown } from '../values/shown.ts'
import type { WiringProblems } from '../wiring/wiring-problems.ts'

/** What a service signs with, and whose signatures it believes; see docs/reference/wire.md. Without keys no identity travels. */
export interface Keys {
  /** Signs the calls of this service. Others know its public half under the same id. */
  readonly own?: { readonly id: string; readonly privateKey: Key } | undefined
  /** By key id: public keys of those who say who asks, such as the portal. They may call as well. */
  readonly issuers?: Readonly<Record<string, Key>> | undefined
  /** By key id: public keys of those who may only pass on an identity that they were called with. */
  readonly callers?: Readonly<Record<string, Key>> | undefined
}

/** `Keys` as they are used. */
export interface ReadKeys {
  readonly own: { readonly id: string; readonly privateKey: ReadKey } | undefined
  readonly issuers: ReadonlyMap<string, ReadKey>
  /** The issuers among them. */
  readonly callers: ReadonlyMap<string, ReadKey>
}

const KEY_ID = /^[A-Za-z0-9_-]{1,64}$/

const REMEDY =
  'Give Ed25519 keys, for example those of newKeyPair(): { own: { id, privateKey }, issuers: { portal: publicKey }, callers: { bank: publicKey } }.'

/** Reads the option `keys`, and adds what is wrong with it to the problems; a key never gets into a message. */
export function readKeys(given: Keys | undefined, problems: WiringProblems): ReadKeys | undefined {
  if (given === undefined) return undefined
  if (typeof given !== 'object' || given === null) {
    problems.add('The option keys is no object', REMEDY)
    return undefined
  }
  const known = new Set(['own', 'issuers', 'callers'])
  for (const name of Object.keys(given))
    if (!known.has(name)) problems.add(`The option keys has no member "${name}"`, REMEDY)
  const issuers = readPublic(given.issuers, 'issuers', problems)
  const callers = readPublic(given.callers, 'callers', problems)
  for (const id of callers.keys())
    if (issuers.has(id)) problems.add(`The key "${id}" is an issuer and a caller`, 'Name it once: an issuer may call.')
  return { own: readOwn(given.own, problems), issuers, callers: new Map([...callers, ...issuers]) }
}

function readOwn(own: unknown, problems: WiringProblems): ReadKeys['own'] {
  if (own === undefined) return undefined
  const { id, privateKey } = (own ?? {}) as Readonly<Record<string, unknown>>
  const key = readKey(privateKey, 'private')
  if (!isKeyId(id)) problems.add(`keys.own.id is ${shown(id)}`, 'Use 1 to 64 letters, digits, "-" and "_".')
  if (key === undefined) problems.add('keys.own.privateKey is no private Ed25519 key', REMEDY)
  return isKeyId(id) && key !== undefined ? { id, privateKey: key } : undefined
}

function readPublic(given: unknown, member: string, problems: WiringProblems): ReadonlyMap<string, ReadKey> {
  const keys = new Map<string, ReadKey>()
  if (given === undefined) return keys
  if (typeof given !== 'object' || given === null) {
    problems.add(`keys.${member} is ${shown(given)}`, REMEDY)
    return keys
  }
  for (const [id, text] of Object.entries(given)) {
    const key = readKey(text, 'public')
    if (!KEY_ID.test(id))
      problems.add(`keys.${member} names a key "${id}"`, 'Use 1 to 64 letters, digits, "-" and "_".')
    if (key === undefined) problems.add(`keys.${member}.${id} is no public Ed25519 key`, REMEDY)
    else keys.set(id, key)
  }
  return keys
}

function isKeyId(id: unknown): id is string {
  return typeof id === 'string' && KEY_ID.test(id)
}
