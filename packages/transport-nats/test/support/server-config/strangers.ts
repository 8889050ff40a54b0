import type { NatsCredentials } from '../../../src/index.ts'
import { knownPassword, newKey, passwordHash } from './keys.ts'

export interface Stranger {
  readonly name: string
  readonly credentials: NatsCredentials | undefined
}

const { password } = knownPassword('portal').client

/** Who is nobody's user. */
export const strangers: readonly Stranger[] = [
  { name: 'who shows no credentials', credentials: undefined },
  { name: 'who is an unknown user', credentials: { user: 'nobody', password } },
  { name: 'who has the wrong password', credentials: { user: 'portal', password: `${password}!` } },
  { name: 'who has read the hash of the password', credentials: { user: 'portal', password: passwordHash } },
  { name: 'who says the name of a service that has a key', credentials: { user: 'bank', password } },
  { name: 'who has a key that the server does not know', credentials: newKey().client },
  { name: 'who shows a token', credentials: { token: password } },
]
