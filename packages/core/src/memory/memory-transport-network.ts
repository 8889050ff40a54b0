import type { Host } from '../ports/provider.ts'
import type { EndpointDescription, Reply, Request } from '../ports/transport.ts'

/** A handler of requests on one subject. */
export interface ServedEndpoint {
  readonly description: EndpointDescription
  readonly handle: (request: Request) => Promise<Reply>
  /** Requests that it has begun and not answered. */
  readonly inFlight: Set<Promise<void>>
}

export interface Subscriber {
  readonly host: Host
  readonly queue: string | undefined
  readonly handle: (message: Request) => void | Promise<void>
  readonly inFlight: Set<Promise<void>>
}

/** Members that share work: each piece goes to the next one. */
interface Ring<Member> {
  readonly members: Member[]
  turn: number
}

/** What joins the handles of one provider: who serves and who listens. */
export class MemoryNetwork {
  readonly #endpoints = new Map<string, Ring<ServedEndpoint>>()
  readonly #listeners = new Map<string, Set<Subscriber>>()
  readonly #queues = new Map<string, Ring<Subscriber>>()

  serve(subject: string, endpoint: ServedEndpoint): void {
    join(this.#endpoints, subject, endpoint)
  }

  stopServing(subject: string, endpoint: ServedEndpoint): void {
    leave(this.#endpoints, subject, endpoint)
  }

  /** Who serves the next request on this subject. */
  nextEndpoint(subject: string): ServedEndpoint | undefined {
    return next(this.#endpoints.get(subject))
  }

  subscribe(subject: string, subscriber: Subscriber): void {
    if (subscriber.queue !== undefined) return join(this.#queues, queueKey(subject, subscriber.queue), subscriber)
    const listeners = this.#listeners.get(subject)
    if (listeners === undefined) this.#listeners.set(subject, new Set([subscriber]))
    else listeners.add(subscriber)
  }

  unsubscribe(subject: string, subscriber: Subscriber): void {
    if (subscriber.queue !== undefined) return leave(this.#queues, queueKey(subject, subscriber.queue), subscriber)
    const listeners = this.#listeners.get(subject)
    listeners?.delete(subscriber)
    if (listeners?.size === 0) this.#listeners.delete(subject)
  }

  /** Who gets a message published now: every listener, and one member of each queue. */
  receivers(subject: string): readonly Subscriber[] {
    const receivers = [...(this.#listeners.get(subject) ?? [])]
    const prefix = queueKey(subject, '')
    for (const [key, ring] of this.#queues) {
      const member = key.startsWith(prefix) ? next(ring) : undefined
      if (member !== undefined) receivers.push(member)
    }
    return receivers
  }

  endpoints(): readonly EndpointDescription[] {
    return [...this.#endpoints.values()].flatMap(({ members }) => members.map(({ description }) => description))
  }
}

// A subject has no white space, so the space keeps subject and queue apart.
function queueKey(subject: string, queue: string): string {
  return `${subject} ${queue}`
}

function join<Member>(rings: Map<string, Ring<Member>>, key: string, member: Member): void {
  const ring = rings.get(key)
  if (ring === undefined) rings.set(key, { members: [member], turn: 0 })
  else ring.members.push(member)
}

function leave<Member>(rings: Map<string, Ring<Member>>, key: string, member: Member): void {
  const ring = rings.get(key)
  const index = ring?.members.indexOf(member) ?? -1
  if (ring === undefined || index === -1) return
  ring.members.splice(index, 1)
  // Whose turn it is stays whose turn it is.
  if (index < ring.turn) ring.turn--
  if (ring.members.length === 0) rings.delete(key)
}

function next<Member>(ring: Ring<Member> | undefined): Member | undefined {
  if (ring === undefined) return undefined
  const member = ring.members[ring.turn % ring.members.length]
  ring.turn = (ring.turn + 1) % ring.members.length
  return member
}
