import { definePromises, type PromiseRegistry } from '../conformance/promise-registry.ts'

/** What every transport promises, by id. `docs/reference` prints this list; a check names the ids that it shows. */
export const TRANSPORT_PROMISES: PromiseRegistry<TransportPromise> = definePromises({
  'TR-REQUEST': 'A request reaches a handler of its subject, and the reply of that handler its caller.',
  'TR-BODY': 'Bodies of plain JSON arrive as the same text both ways; no body stays no body.',
  'TR-COPY':
    'A receiver has its own copy: what it does to a body reaches nobody else, nor do later changes of the sender.',
  'TR-HEADERS': 'Headers arrive both ways; names are lower case.',
  'TR-SHARE': 'Who serves one subject shares its requests: each goes to exactly one.',
  'TR-UNAVAILABLE': 'A request on a subject that nobody serves is MICRO_UNAVAILABLE with outcome none.',
  'TR-TIMEOUT': 'A request without a reply in time is MICRO_TIMEOUT with outcome unknown.',
  'TR-TOO-LARGE':
    'A body over capabilities.maxBodyBytes is MICRO_TOO_LARGE with the limit; a reply over it is answered so. All goes on after.',
  'TR-ERROR': 'A handler that rejects, throws or answers garbage is answered as a WireError, without internals.',
  'TR-TYPE-ERROR': 'Malformed subjects, headers and durations are a TypeError.',
  'TR-PUBLISH': 'A published message goes to everyone who subscribes to its subject at that time, and to nobody else.',
  'TR-QUEUE': 'Subscribers of one queue share the messages: each goes to exactly one of them.',
  'TR-SUBSCRIBER-ERROR': 'A subscriber that fails harms neither the publisher nor other messages.',
  'TR-DISCOVER': 'Discovery finds every running instance once, with all that it serves.',
  'TR-STOP': 'Stop is idempotent, lets in-flight handlers finish, and nothing new reaches the handler.',
  'TR-DRAIN': 'close takes nothing new, and in-flight handlers finish, may still ask others, and their replies arrive.',
  'TR-DEADLINE': 'close ends at its deadline; whoever waited for what it cut off hears of it with outcome unknown.',
  'TR-CLOSED': 'close is idempotent; after it every method rejects with MICRO_UNAVAILABLE, outcome none.',
  'TR-ABORT': 'An aborted call rejects with signal.reason.',
  'TR-HANDLES': 'Opening again gives a second handle on the same network, with its own close.',
  'TR-ISOLATED': 'Different networks do not hear each other.',
})

export type TransportPromise =
  | 'TR-REQUEST'
  | 'TR-BODY'
  | 'TR-COPY'
  | 'TR-HEADERS'
  | 'TR-SHARE'
  | 'TR-UNAVAILABLE'
  | 'TR-TIMEOUT'
  | 'TR-TOO-LARGE'
  | 'TR-ERROR'
  | 'TR-TYPE-ERROR'
  | 'TR-PUBLISH'
  | 'TR-QUEUE'
  | 'TR-SUBSCRIBER-ERROR'
  | 'TR-DISCOVER'
  | 'TR-STOP'
  | 'TR-DRAIN'
  | 'TR-DEADLINE'
  | 'TR-CLOSED'
  | 'TR-ABORT'
  | 'TR-HANDLES'
  | 'TR-ISOLATED'
