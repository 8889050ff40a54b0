import { slug } from '@micro/core'
import { QUEUE } from '../served-endpoint.ts'
import { serviceToken } from '../service-names.ts'

/** What all subjects of a service begin with. */
export function ownSubjects(namespace: string, service: string): string {
  return `${namespace}.${slug(service)}.`
}

/** A right to subscribe to an action together with all other instances, and in no other way. */
export function servedBy(subject: string): string {
  return `${subject} ${QUEUE}`
}

/** A right to subscribe to what is published: alone, or in a queue of the service's own name. */
export function heardBy(service: string, subject: string): readonly string[] {
  return [subject, `${subject} ${serviceToken(service)}`]
}

type Verb = 'PING' | 'INFO' | 'STATS'

/** Where an instance of a service answers the Services API: to all, to its name, to its id, which is drawn at each start. */
export function answeredTo(service: string): readonly string[] {
  const verbs: readonly Verb[] = ['PING', 'INFO', 'STATS']
  const token = serviceToken(service)
  return verbs.flatMap((verb) => [`$SRV.${verb}`, `$SRV.${verb}.${token}`, `$SRV.${verb}.${token}.*`])
}

/** Where anybody is asked, all at once, by name, or by id. */
export function askedFor(verb: Verb): readonly string[] {
  return [`$SRV.${verb}`, `$SRV.${verb}.*`, `$SRV.${verb}.*.*`]
}
