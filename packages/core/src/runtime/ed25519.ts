import { createPrivateKey, createPublicKey, generateKeyPairSync, KeyObject, sign, verify } from 'node:crypto'

/** An Ed25519 key as Node has it. */
export type ReadKey = KeyObject

/** An Ed25519 key: PEM text, or what `node:crypto` made of it. */
export type Key = string | KeyObject

/** A new pair of Ed25519 keys as PEM text, for `Keys`. The private one belongs where secrets are kept, readable by one service only. */
export function newKeyPair(): { readonly privateKey: string; readonly publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}

/** `undefined` for what is no such key. A private key where a public one belongs is refused: it would be in too many places. */
export function readKey(given: unknown, type: 'private' | 'public'): KeyObject | undefined {
  const key = given instanceof KeyObject ? given : keyOfText(given, type)
  return key?.type === type && key.asymmetricKeyType === 'ed25519' ? key : undefined
}

function keyOfText(text: unknown, type: 'private' | 'public'): KeyObject | undefined {
  // Node would make the public half of a private key.
  if (typeof text !== 'string' || (type === 'public' && text.includes('PRIVATE'))) return undefined
  try {
    return type === 'private' ? createPrivateKey(text) : createPublicKey(text)
  } catch {
    return undefined
  }
}

/** The signature of a text in UTF-8, base64url. About 50 µs. */
export function signatureOf(text: string, privateKey: KeyObject): string {
  return sign(null, Buffer.from(text), privateKey).toString('base64url')
}

/** About 120 µs. */
export function isSignature(signature: string, text: string, publicKey: KeyObject): boolean {
  return verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64url'))
}
