import type { NatsServersOptions } from '@micro/transport-nats'
import { Problem } from './problem.ts'

/** A person waits before the terminal, and wants to hear that nobody is there. */
const OPEN_TIMEOUT_MS = 10_000

/** `nats://host:port`, several of one cluster with commas between; with a user as `nats://user:password@host`. */
export function readNatsUrl(given: string | undefined): NatsServersOptions {
  if (given === undefined || given === '')
    throw new Problem('NATS_URL is not set. Give the address of a NATS server, as nats://127.0.0.1:4222.')
  const urls = given.split(',').map((text) => readUrl(text.trim()))
  const user = decodeURIComponent(urls[0]?.username ?? '')
  const password = decodeURIComponent(urls[0]?.password ?? '')
  return {
    servers: urls.map(({ protocol, host }) => `${protocol}//${host}`),
    credentials: user === '' ? undefined : password === '' ? { token: user } : { user, password },
    openTimeoutMs: OPEN_TIMEOUT_MS,
  }
}

function readUrl(text: string): URL {
  const url = text.includes('://') ? text : `nats://${text}`
  if (URL.canParse(url) && /^(nats|tls):/.test(url)) return new URL(url)
  // Not repeated: there may be a password in it.
  throw new Problem('NATS_URL is no address of a NATS server. Give one as nats://127.0.0.1:4222.')
}
