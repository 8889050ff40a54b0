/** Where a server listens. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
  /** `tls://`: nothing is said before the line is encrypted. */
  readonly isTls: boolean
}

const DEFAULT_PORT = 4222

/** @throws TypeError for what is no address, and for one with a user in it */
export function parseServers(servers: unknown): readonly ServerAddress[] {
  const list: readonly unknown[] = Array.isArray(servers) ? servers : [servers]
  if (list.length === 0) throw new TypeError('natsTransport: servers must name one server at least')
  return list.map(parseServer)
}

function parseServer(server: unknown): ServerAddress {
  const refuse = (): TypeError =>
    new TypeError(
      `natsTransport: servers must be like "localhost:4222" or "tls://nats.example.com", not ${typeof server}`,
    )
  if (typeof server !== 'string' || server.trim() === '') throw refuse()
  const text = server.includes('://') ? server : `nats://${server}`
  if (!URL.canParse(text)) throw refuse()
  const { protocol, username, password, hostname, port, pathname, search } = new URL(text)
  if (protocol !== 'nats:' && protocol !== 'tls:') throw refuse()
  // An address ends in log lines; a password in it would, too.
  if (username !== '' || password !== '')
    throw new TypeError('natsTransport: an address holds no user: give credentials as an option')
  if (hostname === '' || !['', '/'].includes(pathname) || search !== '') throw refuse()
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? DEFAULT_PORT : Number(port),
    isTls: protocol === 'tls:',
  }
}

/** As the client takes it and as log lines show it. */
export function showServer({ host, port }: ServerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
