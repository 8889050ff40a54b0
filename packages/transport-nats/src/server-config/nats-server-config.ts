import { isWords, shown } from '@micro/core'
import { checkRights } from './check-rights.ts'
import { ConfigProblems, isRecord } from './config-problems.ts'
import { type NatsServerConfigOptions, type NatsServerTls, SERVER_CONFIG_DEFAULTS } from './options.ts'
import { permissionsOf } from './permissions-of.ts'
import { readServices } from './read-services.ts'
import { writeConfig } from './write-config.ts'

const OPTIONS = ['services', 'namespace', 'repliesWithinMs', 'tls'] satisfies readonly (keyof NatsServerConfigOptions)[]
const TLS_OPTIONS = ['certFile', 'keyFile', 'clientCaFile'] satisfies readonly (keyof NatsServerTls)[]
const DAY_MS = 24 * 60 * 60 * 1_000
// No control characters, which the server's configuration language writes in other ways than we do.
const PATH = /^[^\p{Cc}\p{Cs}]+$/u

/**
 * The text of a configuration for nats-server under which each service is a user that can do what its contracts say, and
 * nothing else. It may be included in a larger one; each service is given its `inboxPrefix`, which is written beside it.
 *
 * @example
 * natsServerConfig({
 *   services: [
 *     { name: 'bank', credentials: { nkey: 'UAXY…' }, serves: bankContracts, calls: [writeEntry] },
 *     { name: 'portal', credentials: { nkey: 'UBCD…' }, calls: 'everything' },
 *   ],
 * })
 * @throws MicroError `MICRO_WIRING` naming every mistake with its remedy; it shows no secret
 */
export function natsServerConfig(options: NatsServerConfigOptions): string {
  if (!isRecord(options)) throw new TypeError(`natsServerConfig: options must be an object, not ${shown(options)}`)
  const problems = new ConfigProblems()
  problems.checkNames(options, OPTIONS, 'natsServerConfig')
  const { namespace = SERVER_CONFIG_DEFAULTS.namespace, repliesWithinMs = SERVER_CONFIG_DEFAULTS.repliesWithinMs } =
    options
  const isNamespace = typeof namespace === 'string' && isWords(namespace.replaceAll('-', ' '))
  if (!isNamespace) problems.add(`The namespace is ${shown(namespace)}`, 'Use lower-case words joined by "-".')
  if (!Number.isSafeInteger(repliesWithinMs) || repliesWithinMs < 1 || repliesWithinMs > DAY_MS)
    problems.add(`repliesWithinMs is ${shown(repliesWithinMs)}`, `Give a whole number from 1 to ${DAY_MS}.`)
  const tls = readTls(options.tls, problems)
  const services = readServices(options.services, problems)
  if (isNamespace) checkRights(services, namespace, problems)
  problems.throwIfAny('The server configuration cannot be written')
  const users = services.map((service) => ({ service, permissions: permissionsOf(service, services, namespace) }))
  return writeConfig({ users, repliesWithinMs, tls })
}

function readTls(given: unknown, problems: ConfigProblems): NatsServerTls | undefined {
  if (given === undefined) return undefined
  if (!isRecord(given)) return problems.add(`tls is ${shown(given)}`, 'Give { certFile, keyFile }.')
  problems.checkNames(given, TLS_OPTIONS, 'tls')
  const { certFile, keyFile, clientCaFile } = given
  // Never shown: somebody may have put the key itself here.
  for (const [name, file] of Object.entries({
    certFile,
    keyFile,
    ...(clientCaFile === undefined ? {} : { clientCaFile }),
  }))
    if (typeof file !== 'string' || !PATH.test(file)) problems.add(`tls.${name} is no path`, 'Give the path of a file.')
  return { certFile, keyFile, ...(clientCaFile === undefined ? {} : { clientCaFile }) } as NatsServerTls
}
