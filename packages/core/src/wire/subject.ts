import { slug } from '../wiring/words.ts'

/** `<namespace>.<service>.<action>`, slugged: what an action is called on the wire. */
export function subjectOf(namespace: string, service: string, action: string): string {
  return `${slug(namespace)}.${slug(service)}.${slug(action)}`
}
