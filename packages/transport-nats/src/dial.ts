import { createConnection } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { readFileSync } from 'node:fs'
import { connect, type ConnectionOptions, type NatsConnection, type TlsOptions } from 'nats'
import type { Host } from '@micro/core'
import { authenticatorOf } from './authenticator.ts'
import type { NatsTlsOptions, OpeningOptions } from './options.ts'
import { type ServerAddress, showServer } from './server-address.ts'

/**
 * One attempt to connect to one server.
 *
 * The client gives up an attempt that takes too long without closing its socket, and when the server ends that socket,
 * minutes later, takes it for the end of the connection that it has by then. So it never gets to see a server that is
 * silent: this listens first whether anybody speaks there.
 */
export async function dial(
  server: ServerAddress,
  options: OpeningOptions,
  host: Host,
  signal: AbortSignal,
): Promise<NatsConnection> {
  await hearServer(server, options, signal)
  return connect(connectionOptions(server, options, host))
}

function connectionOptions(server: ServerAddress, options: OpeningOptions, host: Host): ConnectionOptions {
  const { credentials, connectTimeoutMs, pingIntervalMs, inboxPrefix } = options
  const tls = tlsOptions(server, options.tls)
  return {
    servers: [showServer(server)],
    name: `${host.service} ${host.instance}`,
    // See keep-connected.ts.
    reconnect: false,
    ignoreClusterUpdates: true,
    // The system's resolver knows /etc/hosts; the client's own way does not.
    resolve: false,
    timeout: connectTimeoutMs,
    pingInterval: pingIntervalMs,
    maxPingOut: 2,
    inboxPrefix,
    noAsyncTraces: true,
    ...(credentials === undefined ? {} : { authenticator: authenticatorOf(credentials) }),
    ...(tls === undefined ? {} : { tls }),
  }
}

function tlsOptions({ isTls }: ServerAddress, tls: NatsTlsOptions | undefined): TlsOptions | undefined {
  if (tls === undefined) return isTls ? {} : undefined
  const { caFile, certFile, keyFile, ca, cert, key, handshakeFirst } = tls
  const read = (file: string | undefined, text: string | undefined): string | undefined =>
    file === undefined ? text : readFileSync(file, 'utf8')
  const given = { ca: read(caFile, ca), cert: read(certFile, cert), key: read(keyFile, key), handshakeFirst }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/** Resolves when the server has said something, or has begun to talk TLS; rejects in `connectTimeoutMs` at the latest. */
function hearServer(
  server: ServerAddress,
  { tls, connectTimeoutMs }: OpeningOptions,
  signal: AbortSignal,
): Promise<void> {
  const { host, port } = server
  return new Promise((resolve, reject) => {
    const isTlsFirst = tls?.handshakeFirst === true
    // Only whether it answers: who it is, the client finds out.
    const socket = isTlsFirst
      ? connectTls({ host, port, rejectUnauthorized: false }, () => end(resolve))
      : createConnection({ host, port })
    const end = (settle: () => void): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      socket.removeAllListeners().on('error', () => undefined)
      socket.destroy()
      settle()
    }
    const fail = (message: string, code: string): void =>
      end(() => reject(Object.assign(new Error(`${showServer(server)} ${message}`), { code })))
    const stop = (): void => fail('is not wanted any more', 'ECANCELED')
    signal.addEventListener('abort', stop)
    const timer = setTimeout(() => fail('is silent', 'ETIMEDOUT'), connectTimeoutMs)
    socket.once('error', (error) => end(() => reject(error)))
    socket.once('close', () => fail('hung up', 'ECONNRESET'))
    if (!isTlsFirst) socket.once('data', () => end(resolve))
  })
}
