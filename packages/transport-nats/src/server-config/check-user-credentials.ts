import { nkeys } from 'nats'
import { type ConfigProblems, isRecord } from './config-problems.ts'
import type { NatsUserCredentials } from './options.ts'

// What the server does not recognise as a hash, it takes for the password itself.
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/
/** Under it a leaked file is soon guessed; above it the server's time for a client to prove itself runs out. */
const COSTS = { least: 10, most: 14 }
const VISIBLE_ASCII = /^[\x21-\x7e]{1,128}$/

const FORMS = 'Give { nkey } or { user, passwordHash }.'

/** Nothing of a wrong value is ever shown: it may be the secret that should not be here. */
export function checkUserCredentials(
  credentials: unknown,
  who: string,
  problems: ConfigProblems,
): NatsUserCredentials | undefined {
  if (!isRecord(credentials)) return problems.add(`${who} has no credentials`, FORMS)
  if ('password' in credentials)
    return problems.add(
      `${who} has a password in plain text, which everybody who reads the file would have`,
      'Give its hash as passwordHash, which `nats server passwd` makes, or better an nkey.',
    )
  const names = Object.keys(credentials).toSorted().join(' ')
  if (names === 'nkey') return checkNkey(credentials['nkey'], who, problems)
  if (names === 'passwordHash user') return checkPassword(credentials, who, problems)
  problems.add(`${who} has credentials of no known form`, FORMS)
}

function checkNkey(nkey: unknown, who: string, problems: ConfigProblems): NatsUserCredentials | undefined {
  if (typeof nkey === 'string' && nkey.startsWith('S'))
    return problems.add(
      `${who} has the seed of a key pair, which is its secret`,
      'Give the public half, which begins with U, here, and the seed to natsTransport only. Make a new pair if this has been anywhere.',
    )
  if (typeof nkey === 'string' && nkey.startsWith('U') && isPublicKey(nkey)) return { nkey }
  problems.add(`${who} has an nkey that is no public key of a user`, 'Make one: nk -gen user -pubout.')
}

function checkPassword(
  { user, passwordHash }: Readonly<Record<string, unknown>>,
  who: string,
  problems: ConfigProblems,
): NatsUserCredentials | undefined {
  const isUser = typeof user === 'string' && VISIBLE_ASCII.test(user)
  if (!isUser) problems.add(`${who} has a user name that cannot be one`, 'Use 1 to 128 visible ASCII characters.')
  const cost = typeof passwordHash === 'string' ? BCRYPT.exec(passwordHash)?.[1] : undefined
  if (cost === undefined)
    problems.add(`${who} has a passwordHash that is not bcrypt ($2a$…)`, 'Make one: nats server passwd.')
  else if (Number(cost) < COSTS.least || Number(cost) > COSTS.most)
    problems.add(
      `${who} has a passwordHash of cost ${Number(cost)}`,
      `Make one of cost ${COSTS.least} to ${COSTS.most}: nats server passwd --cost 11.`,
    )
  else if (isUser) return { user, passwordHash: passwordHash as string }
}

/** Whether the check digits are right. */
function isPublicKey(key: string): boolean {
  try {
    nkeys.fromPublic(key)
    return true
  } catch {
    return false
  }
}
