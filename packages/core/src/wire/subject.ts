import { slug } from '../wiring/words.ts'

/** `<namespace>.<service>.<action>`, slugged: what an action is called on the wire. */
export function subjectOf(namespace: string, service: string, action: string): string {
  return `${slug(namespace)}.${slug(service)}.${slug(action)}`
}

const MOST_SUBJECTS = 1_000

/** Subjects that were asked for before are not put together again; names may come from anybody, so their number is bounded. */
export class Subjects {
  readonly #namespace: string
  readonly #byService = new Map<string, Map<string, string>>()
  #size = 0

  constructor(namespace: string) {
    this.#namespace = namespace
  }

  of(service: string, action: string): string {
    return this.#byService.get(service)?.get(action) ?? this.#add(service, action)
  }

  #add(service: string, action: string): string {
    if (this.#size++ >= MOST_SUBJECTS) {
      this.#byService.clear()
      this.#size = 1
    }
    const subject = subjectOf(this.#namespace, service, action)
    const ofService = this.#byService.get(service)
    if (ofService === undefined) this.#byService.set(service, new Map([[action, subject]]))
    else ofService.set(action, subject)
    return subject
  }
}
