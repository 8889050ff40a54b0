import { definePromises, type PromiseRegistry } from '../conformance/promise-registry.ts'

/** What every event store promises, by id. `docs/reference` prints this list; a check names the ids that it shows. */
export const EVENT_STORE_PROMISES: PromiseRegistry<EventStorePromise> = definePromises({
  'ES-APPEND-ATOMIC': 'An append writes all events of all its writes, or none.',
  'ES-APPEND-RESULT':
    "An append answers the position of its last event and each stream's revision afterwards, in the order of the writes.",
  'ES-APPEND-READABLE': 'An acknowledged append is readable at once, through every handle.',
  'ES-APPEND-DURABLE': 'An acknowledged append is there after the log was closed and opened again.',
  'ES-APPEND-TYPE-ERROR':
    'The same id or stream twice, neither events nor guards, and malformed writes are a TypeError; nothing is written.',
  'ES-EXPECTED': 'An append succeeds only while every expectation holds: exact, no-stream, stream-exists or any.',
  'ES-CONFLICT': "Otherwise it is MICRO_CONFLICT with each such stream's actual revision, and nothing is written.",
  'ES-NO-LOST-UPDATE': 'Of appends that expect the same revision of a stream, one at most succeeds.',
  'ES-GUARD': 'A write without events is a guard: its expectation must hold, and nothing is written into its stream.',
  'ES-GUARD-ONLY': 'A guard-only append writes nothing and is answered from a read begun after it was asked.',
  'ES-MULTI-STREAM':
    'One append writes several streams where multiStream; elsewhere it is MICRO_NOT_SUPPORTED, guards on other streams too.',
  'ES-REPEAT':
    'The same append again (all ids, the same expectations, exact or no-stream) succeeds with the first result for ever.',
  'ES-REPEAT-GUARDS': 'When the same append is asked for again, its guards are not asked again.',
  'ES-DUPLICATE':
    'Where uniqueEventIds, any other append that holds a stored id is MICRO_DUPLICATE and writes nothing; elsewhere only what the expectations reveal is refused.',
  'ES-REVISIONS': 'Revisions are 0-based and contiguous in each stream.',
  'ES-POSITIONS':
    'Positions are safe integers from 1 on, strictly increasing over the store, in append order in each stream.',
  'ES-ORDER': 'No reader passes a position that may still appear: all see the same events in the same order.',
  'ES-READ-STREAM':
    "A stream's events come in revision order, from a revision on (inclusive), backwards, at most maxCount.",
  'ES-READ-MISSING': 'A missing stream is empty.',
  'ES-READ-ALL': 'The whole log comes in position order, after a position (exclusive), or backwards before one.',
  'ES-READ-MAX': 'readAll ends with the append in which maxCount (filtered) events are reached.',
  'ES-FILTER': 'A filter lets pass only events of its types, and only of streams that begin with one of its prefixes.',
  'ES-BATCH-WHOLE': 'No batch of readAll or subscribe splits an append, whatever filter and maxCount are.',
  'ES-SUBSCRIBE-FIRST': 'The first batch of a subscription comes at once, empty if need be.',
  'ES-SUBSCRIBE-HANDOVER': 'A subscription hands over from history to live with no gap and no duplicate.',
  'ES-SUBSCRIBE-POSITION':
    "A batch's position never goes back and covers all that was delivered or filtered out; caughtUp says that it reached the end.",
  'ES-SUBSCRIBE-SLOW': 'A slow consumer misses nothing, and batches stay bounded however far it is behind.',
  'ES-HEAD': "head is the log's end: a subscription begun now will pass it; of an empty store it is 0.",
  'ES-ABORT': 'An aborted call or iteration rejects with signal.reason.',
  'ES-CLOSE': 'close is idempotent, lets begun appends finish and ends subscriptions by returning.',
  'ES-CLOSED': 'After close every method rejects with MICRO_UNAVAILABLE, outcome none.',
  'ES-HANDLES': 'Opening again gives a second handle on the same log, with its own close.',
  'ES-ID': 'The id of a log is the same through every handle and after opening again; another log has another id.',
  'ES-ISOLATED': 'Different logs do not see each other.',
  'ES-ROUND-TRIP':
    'Events come back as they were given: the same JSON text of data and metadata, the same type, time and id.',
  'ES-SEALED':
    "What a reader does to an event it was given changes nobody else's: events are frozen or the reader's own.",
  'ES-SYSTEM-FIELDS': 'User data and metadata cannot overwrite id, type, stream, revision, position or time.',
  'ES-STREAM-NAMES': 'Stream names are compared exactly: case, spaces, wildcards and Unicode forms tell streams apart.',
})

export type EventStorePromise =
  | 'ES-APPEND-ATOMIC'
  | 'ES-APPEND-RESULT'
  | 'ES-APPEND-READABLE'
  | 'ES-APPEND-DURABLE'
  | 'ES-APPEND-TYPE-ERROR'
  | 'ES-EXPECTED'
  | 'ES-CONFLICT'
  | 'ES-NO-LOST-UPDATE'
  | 'ES-GUARD'
  | 'ES-GUARD-ONLY'
  | 'ES-MULTI-STREAM'
  | 'ES-REPEAT'
  | 'ES-REPEAT-GUARDS'
  | 'ES-DUPLICATE'
  | 'ES-REVISIONS'
  | 'ES-POSITIONS'
  | 'ES-ORDER'
  | 'ES-READ-STREAM'
  | 'ES-READ-MISSING'
  | 'ES-READ-ALL'
  | 'ES-READ-MAX'
  | 'ES-FILTER'
  | 'ES-BATCH-WHOLE'
  | 'ES-SUBSCRIBE-FIRST'
  | 'ES-SUBSCRIBE-HANDOVER'
  | 'ES-SUBSCRIBE-POSITION'
  | 'ES-SUBSCRIBE-SLOW'
  | 'ES-HEAD'
  | 'ES-ABORT'
  | 'ES-CLOSE'
  | 'ES-CLOSED'
  | 'ES-HANDLES'
  | 'ES-ID'
  | 'ES-ISOLATED'
  | 'ES-ROUND-TRIP'
  | 'ES-SEALED'
  | 'ES-SYSTEM-FIELDS'
  | 'ES-STREAM-NAMES'
