import { readFileSync } from 'node:fs'
import {
  type Authenticator,
  credsAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from 'nats'
import type { NatsCredentials } from './credentials.ts'

/** @throws Error where a file cannot be read now */
export function authenticatorOf(credentials: NatsCredentials): Authenticator {
  if ('user' in credentials) return usernamePasswordAuthenticator(credentials.user, credentials.password)
  if ('token' in credentials) return tokenAuthenticator(credentials.token)
  if ('nkeySeed' in credentials) return nkeyAuthenticator(new TextEncoder().encode(credentials.nkeySeed))
  return credsAuthenticator(new Uint8Array(readFileSync(credentials.credentialsFile)))
}
