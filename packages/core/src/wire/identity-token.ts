import { type Identity, identityOf } from '../micro/identity.ts'
import { isSignature, signatureOf } from '../runtime/ed25519.ts'
import type { ReadKeys } from './keys.ts'

/** Tokens and signatures are checked before anything is parsed; still, nobody needs more than this. */
const LONGEST_TOKEN = 16_384

/** Who asks, as an issuer says: passed on unchanged from service to service. */
export interface IdentityClaims {
  readonly subject: string
  readonly permissions: readonly string[]
  /** Of everything that is done for this call. */
  readonly correlationId: string
  /** Milliseconds since 1970 by the issuer's clock. */
  readonly expires: number
}

/** `<issuer's key id>.<claims as JSON in base64url>.<signature over both in base64url>` */
export function issueToken(claims: IdentityClaims, { id, privateKey }: NonNullable<ReadKeys['own']>): string {
  const { subject, permissions, correlationId, expires } = claims
  const json = JSON.stringify({ format: 1, subject, permissions, correlationId, expires })
  const signed = `${id}.${Buffer.from(json).toString('base64url')}`
  return `${signed}.${signatureOf(signed, privateKey)}`
}

/** The claims of a token that one of the issuers signed; `undefined` for any other. */
export function readToken(token: string, { issuers }: ReadKeys): IdentityClaims | undefined {
  if (token.length > LONGEST_TOKEN) return undefined
  const [issuer = '', claims = '', signature = '', ...more] = token.split('.')
  const key = issuers.get(issuer)
  if (key === undefined || more.length > 0 || !isSignature(signature, `${issuer}.${claims}`, key)) return undefined
  return readClaims(Buffer.from(claims, 'base64url').toString('utf8'))
}

export function identityOfClaims({ subject, permissions }: IdentityClaims): Identity {
  return identityOf(subject, Object.freeze([...permissions]))
}

/** An issuer's signature says who wrote it, not that it was written well. */
function readClaims(json: string): IdentityClaims | undefined {
  let claims: Partial<Record<keyof IdentityClaims | 'format', unknown>> | null
  try {
    claims = JSON.parse(json) as typeof claims
  } catch {
    return undefined
  }
  const { format, subject, permissions, correlationId, expires } = claims ?? {}
  const isWhole =
    format === 1 &&
    typeof subject === 'string' &&
    subject !== '' &&
    typeof correlationId === 'string' &&
    typeof expires === 'number' &&
    Array.isArray(permissions) &&
    permissions.every((permission) => typeof permission === 'string')
  return isWhole ? { subject, permissions: permissions as string[], correlationId, expires } : undefined
}
