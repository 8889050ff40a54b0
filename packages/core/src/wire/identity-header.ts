import { MicroError } from '../errors/micro-error.ts'
import { ANONYMOUS, type Identity } from '../micro/identity.ts'
import type { Headers, Request } from '../ports/transport.ts'
import { isSignature, signatureOf } from '../runtime/ed25519.ts'
import { sha256 } from '../runtime/hash.ts'
import { canonicalJson } from '../values/canonical-json.ts'
import type { JsonValue } from '../values/json.ts'
import { HEADERS } from './headers.ts'
import { type IdentityClaims, identityOfClaims, issueToken, readToken } from './identity-token.ts'
import type { ReadKeys } from './keys.ts'

/** How far the clocks of issuer and receiver may be apart; a captured call is refused this long after its time at the latest. */
const CLOCK_TOLERANCE_MS = 30_000

/** Tokens by the identity they came with, so that nested calls pass on what their call brought. */
const received = new WeakMap<Identity, { readonly token: string; readonly correlationId: string }>()

/** What a signature holds together: whoever captures a call can send it nowhere else, not with another payload, and not later. */
interface SignedCall {
  readonly subject: string
  readonly commandId: string
  readonly deadline: string
  readonly body: JsonValue | undefined
}

export interface IdentityToSend {
  readonly identity: Identity
  readonly subject: string
  readonly correlationId: string
  /** Milliseconds since 1970. */
  readonly expires: number
}

/**
 * The token for a call of another service: the one that the identity came with, or, where it was made here, a new one, which
 * is worth as much as the receivers trust this service.
 */
export function tokenFor(
  { identity, subject, correlationId, expires }: IdentityToSend,
  own: NonNullable<ReadKeys['own']>,
): string {
  const brought = received.get(identity)
  if (brought?.correlationId === correlationId) return brought.token
  return issueToken({ subject, permissions: identity.permissions, correlationId, expires }, own)
}

/** `<token>.<caller's key id>.<signature over token and call>` */
export function writeIdentity(
  token: string,
  call: SignedCall,
  { id, privateKey }: NonNullable<ReadKeys['own']>,
): string {
  const signed = `${token}.${id}`
  return `${signed}.${signatureOf(textOf(signed, call), privateKey)}`
}

/**
 * Who asks. No header is anonymous; any other must be proven.
 *
 * @param now milliseconds since 1970
 * @throws MicroError `MICRO_UNAUTHENTICATED` for a header that proves nothing here, or not any more
 */
export function readIdentity({ subject, headers, body }: Request, keys: ReadKeys | undefined, now: number): Identity {
  const header = headers[HEADERS.identity]
  if (header === undefined) return ANONYMOUS
  if (keys === undefined) throw unproven('this service has no keys to check it with: give it the option keys')
  const { token, caller, signature } = splitHeader(header)
  const key = keys.callers.get(caller)
  const call = callOf(subject, headers, body)
  if (key === undefined || call === undefined || !isSignature(signature, textOf(`${token}.${caller}`, call), key))
    throw unproven('the call was not signed for this by a caller that this service trusts')
  const claims = readToken(token, keys)
  if (claims === undefined) throw unproven('no issuer that this service trusts has signed it')
  checkTime(claims, call, now)
  if (claims.correlationId !== headers[HEADERS.correlationId]) throw unproven('it belongs to another correlation id')
  const identity = identityOfClaims(claims)
  received.set(identity, { token, correlationId: claims.correlationId })
  return identity
}

function splitHeader(header: string): { readonly token: string; readonly caller: string; readonly signature: string } {
  const parts = header.split('.')
  const [caller = '', signature = ''] = parts.slice(3)
  if (parts.length !== 5) throw unproven('the header is not of the form that docs/reference/wire.md describes')
  return { token: parts.slice(0, 3).join('.'), caller, signature }
}

function callOf(subject: string, headers: Headers, body: JsonValue | undefined): SignedCall | undefined {
  const { [HEADERS.commandId]: commandId, [HEADERS.deadline]: deadline } = headers
  return commandId === undefined || deadline === undefined ? undefined : { subject, commandId, deadline, body }
}

/** The parts hold no line break: each was checked, or is ours. */
function textOf(signed: string, { subject, commandId, deadline, body }: SignedCall): string {
  const digest = sha256(body === undefined ? '' : canonicalJson(body))
  return [signed, subject, commandId, deadline, digest].join('\n')
}

/** By the clocks of issuer and caller, which a thief cannot turn: the usual deadline takes a first message as not delayed. */
function checkTime({ expires }: IdentityClaims, { deadline }: SignedCall, now: number): void {
  const [budget, sentAt] = deadline.split(';')
  const end = Math.min(expires, Number(sentAt) + Number(budget)) + CLOCK_TOLERANCE_MS
  // Whatever is no number is not before the end either.
  if (!(now <= end)) throw unproven('its time is over (the clocks of services must agree to half a minute)')
}

function unproven(why: string): MicroError {
  return new MicroError('MICRO_UNAUTHENTICATED', `The identity of the caller is not proven: ${why}.`)
}
