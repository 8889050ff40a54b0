import { subjectOf } from '@micro/core'
import { inboxPrefixOf } from '../service-names.ts'
import type { CheckedService } from './read-services.ts'
import { answeredTo, askedFor, heardBy, servedBy } from './subjects.ts'

/**
 * What a user may do, by what is allowed alone: what is not here, `$SYS` and `$JS` among it, is denied. Lists of what is
 * denied would be a second rule that has to agree with the first, and servers before 2.11.16 let queues pass them:
 * https://advisories.nats.io/CVE/secnote-2026-18.txt
 */
export interface Permissions {
  readonly publish: readonly string[]
  readonly subscribe: readonly string[]
  /** It may answer what it is asked, once. */
  readonly answers: boolean
}

/** @param all every service, of which this is one */
export function permissionsOf(service: CheckedService, all: readonly CheckedService[], namespace: string): Permissions {
  const { name, serves, publishes, subscribes, discovers, readsStatistics } = service
  const called = calledBy(service, all).map((action) => subjectOf(namespace, action.service, action.name))
  const asked = [
    ...(discovers ? [...askedFor('PING'), ...askedFor('INFO')] : []),
    ...(readsStatistics ? askedFor('STATS') : []),
  ]
  const answers = serves.length > 0
  return {
    publish: inOrder([...called, ...publishes, ...asked]),
    subscribe: inOrder([
      `${inboxPrefixOf(name)}.>`,
      ...serves.map((action) => servedBy(subjectOf(namespace, name, action))),
      ...subscribes.flatMap((subject) => heardBy(name, subject)),
      ...(answers ? answeredTo(name) : []),
    ]),
    answers,
  }
}

/** What a service calls of itself never leaves its process. */
function calledBy(
  { name, calls }: CheckedService,
  all: readonly CheckedService[],
): readonly { readonly service: string; readonly name: string }[] {
  const called =
    calls === 'everything'
      ? all.flatMap((other) => other.serves.map((action) => ({ service: other.name, name: action })))
      : calls
  return called.filter(({ service }) => service !== name)
}

/** The same services make the same file, whatever their order is. */
function inOrder(subjects: readonly string[]): readonly string[] {
  return [...new Set(subjects)].toSorted()
}
