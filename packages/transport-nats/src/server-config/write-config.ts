import type { NatsServerTls } from './options.ts'
import type { Permissions } from './permissions-of.ts'
import type { CheckedService } from './read-services.ts'
import { inboxPrefixOf } from '../service-names.ts'

export interface ConfiguredUser {
  readonly service: CheckedService
  readonly permissions: Permissions
}

export interface WriteOptions {
  readonly users: readonly ConfiguredUser[]
  readonly repliesWithinMs: number
  readonly tls: NatsServerTls | undefined
}

const HEAD = `# Written by natsServerConfig of @micro/transport-nats: change the contracts, and write it anew.
# Nothing besides may let anybody in: no no_auth_user, no other users without permissions.
`
const IN_THE_CLEAR = '# Without TLS: whoever is on the network reads what travels, passwords too.\n'

/** The text of the file. Every value has been checked, and is quoted nevertheless. */
export function writeConfig({ users, repliesWithinMs, tls }: WriteOptions): string {
  const written = users.map((user) => writeUser(user, repliesWithinMs))
  return `${HEAD}\n${tls === undefined ? IN_THE_CLEAR : writeTls(tls)}
authorization {
  users: [
${written.join('\n')}
  ]
}
`
}

function writeTls({ certFile, keyFile, clientCaFile }: NatsServerTls): string {
  const clients = clientCaFile === undefined ? '' : `  ca_file: ${quoted(clientCaFile)}\n  verify: true\n`
  return `tls {\n  cert_file: ${quoted(certFile)}\n  key_file: ${quoted(keyFile)}\n${clients}}\n`
}

function writeUser({ service, permissions }: ConfiguredUser, repliesWithinMs: number): string {
  const { name, credentials } = service
  const { publish, subscribe, answers } = permissions
  const proof =
    'nkey' in credentials
      ? [`nkey: ${quoted(credentials.nkey)}`]
      : [`user: ${quoted(credentials.user)}`, `password: ${quoted(credentials.passwordHash)}`]
  const lines = [
    `    # ${name}: natsTransport({ inboxPrefix: '${inboxPrefixOf(name)}', … })`,
    '    {',
    ...proof.map((line) => `      ${line}`),
    '      permissions {',
    // An empty list of what is allowed would allow everything.
    `        publish { ${publish.length === 0 ? 'deny: [">"]' : `allow: ${list(publish)}`} }`,
    `        subscribe { allow: ${list(subscribe)} }`,
    ...(answers ? [`        allow_responses { max: 1, expires: "${repliesWithinMs}ms" }`] : []),
    '      }',
    '    }',
  ]
  return lines.join('\n')
}

function list(subjects: readonly string[]): string {
  return `[\n${subjects.map((subject) => `          ${quoted(subject)}\n`).join('')}        ]`
}

/** Of printable characters: the only ones of them with a meaning between quotes are the quote itself and `\`. */
function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}
