import { isWords, shown } from '@micro/core'
import { checkUserCredentials } from './check-user-credentials.ts'
import { type ConfigProblems, isRecord } from './config-problems.ts'
import type { NatsUserCredentials, ServedAction } from './options.ts'

/** A service whose every value has been looked at: names are plain words, subjects are spelled out. */
export interface CheckedService {
  readonly name: string
  readonly credentials: NatsUserCredentials
  /** Names of its own actions. */
  readonly serves: readonly string[]
  readonly calls: readonly ServedAction[] | 'everything'
  readonly publishes: readonly string[]
  readonly subscribes: readonly string[]
  readonly discovers: boolean
  readonly readsStatistics: boolean
}

const OPTIONS = [
  'name',
  'credentials',
  'serves',
  'calls',
  'publishes',
  'subscribes',
  'discovers',
  'readsStatistics',
] satisfies readonly (keyof CheckedService)[]

const SUBJECT = /^[\w-]+(?:\.[\w-]+)*$/
const LONGEST_SUBJECT = 400

/** Those that can be told apart; what is wrong with the others, and with these, goes into `problems`. */
export function readServices(services: unknown, problems: ConfigProblems): readonly CheckedService[] {
  if (!Array.isArray(services) || services.length === 0) {
    problems.add('There are no services', "Give them: { services: [{ name: 'bank', credentials, serves, calls }] }.")
    return []
  }
  const read = services.flatMap((service: unknown, index) => readService(service, index, problems) ?? [])
  sayDoubles(read, problems)
  return read
}

function readService(given: unknown, index: number, problems: ConfigProblems): CheckedService | undefined {
  if (!isRecord(given)) return problems.add(`services[${index}] is ${shown(given)}`, 'Give an object.')
  const { name } = given
  if (!isWords(name))
    return problems.add(
      `services[${index}] is named ${shown(name)}`,
      'Name it as createMicro does, in plain lower-case words.',
    )
  const who = `The service "${name}"`
  problems.checkNames(given, OPTIONS, who)
  const credentials = checkUserCredentials(given['credentials'], who, problems)
  const service = {
    name,
    serves: readServed(given['serves'], name, problems),
    calls: given['calls'] === 'everything' ? 'everything' : readActions(given['calls'], `${who} calls`, problems),
    publishes: readSubjects(given['publishes'], `${who} publishes on`, problems),
    subscribes: readSubjects(given['subscribes'], `${who} subscribes to`, problems),
    discovers: readFlag(given['discovers'], true, `${who}: discovers`, problems),
    readsStatistics: readFlag(given['readsStatistics'], false, `${who}: readsStatistics`, problems),
  } as const
  // Without its credentials it still says what others may call: one mistake is one line.
  return { ...service, credentials: credentials ?? { nkey: '' } }
}

function readServed(given: unknown, service: string, problems: ConfigProblems): readonly string[] {
  return readActions(given, `The service "${service}" serves`, problems).flatMap((action) => {
    if (action.service === service) return action.name
    problems.add(
      `The service "${service}" serves "${action.name}", which is an action of "${action.service}"`,
      'Move it to that service, or to calls.',
    )
    return []
  })
}

function readActions(given: unknown, whatDoes: string, problems: ConfigProblems): readonly ServedAction[] {
  return readList(given, whatDoes, problems).flatMap((action) => {
    if (isRecord(action) && isWords(action['service']) && isWords(action['name']))
      return { service: action['service'], name: action['name'] }
    const what = isRecord(action) ? `${shown(action['name'])} of ${shown(action['service'])}` : shown(action)
    problems.add(`${whatDoes} ${what}`, 'Give contracts, or { service, name } in plain lower-case words.')
    return []
  })
}

function readSubjects(given: unknown, whatDoes: string, problems: ConfigProblems): readonly string[] {
  return readList(given, whatDoes, problems).flatMap((subject) => {
    const isSubject = typeof subject === 'string' && subject.length <= LONGEST_SUBJECT && SUBJECT.test(subject)
    if (isSubject && !/^_inbox(?:\.|$)/i.test(subject)) return subject
    problems.add(
      `${whatDoes} ${shown(subject)}`,
      'Spell out one subject: letters, digits, "-" and "_" joined by dots; no wildcard, nobody\'s inbox, nothing of the server\'s.',
    )
    return []
  })
}

function readList(given: unknown, whatDoes: string, problems: ConfigProblems): readonly unknown[] {
  if (given === undefined) return []
  if (Array.isArray(given)) return given
  problems.add(`${whatDoes} ${shown(given)}`, 'Give a list.')
  return []
}

function readFlag(given: unknown, fallback: boolean, what: string, problems: ConfigProblems): boolean {
  if (given === undefined) return fallback
  if (typeof given === 'boolean') return given
  problems.add(`${what} is ${shown(given)}`, 'Give true or false.')
  return fallback
}

function sayDoubles(services: readonly CheckedService[], problems: ConfigProblems): void {
  const names = new Set<string>()
  const owners = new Map<string, string>()
  for (const { name, credentials } of services) {
    if (names.has(name)) problems.add(`There are two services "${name}"`, 'Put all of a service into one entry.')
    names.add(name)
    const proof = 'nkey' in credentials ? credentials.nkey : credentials.user
    const owner = owners.get(proof)
    if (proof === '' || owner === name) continue
    if (owner !== undefined)
      problems.add(
        `The services "${owner}" and "${name}" have the same credentials`,
        'Give each its own: the server could not tell them apart.',
      )
    owners.set(proof, name)
  }
}
