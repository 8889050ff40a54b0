import { nkeys } from 'nats'
import type { NatsCredentials, NatsUserCredentials } from '../../../src/index.ts'

/** Both halves of what a service proves itself with. */
export interface Proof {
  readonly server: NatsUserCredentials
  readonly client: NatsCredentials
}

export function newKey(): Proof {
  const pair = nkeys.createUser()
  return { server: { nkey: pair.getPublicKey() }, client: { nkeySeed: new TextDecoder().decode(pair.getSeed()) } }
}

const password = 'portal password of the tests'
/** Made by `nats server passwd --cost 10`: each connect takes the time that it is meant to take. */
export const passwordHash = '$2a$10$9UiIs7qgNUJK71LdNCgUUeZkJJHSaDiK77NyXF06zNRUrnAs5HjF2'

export interface PasswordProof extends Proof {
  readonly client: { readonly user: string; readonly password: string }
}

export function knownPassword(user: string): PasswordProof {
  return { server: { user, passwordHash }, client: { user, password } }
}
