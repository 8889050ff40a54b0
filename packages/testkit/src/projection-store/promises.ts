import { definePromises, type PromiseRegistry } from '../conformance/promise-registry.ts'

/** What a ProjectionStore promises; each check names the promises that it shows. */
export const PROJECTION_STORE_PROMISES: PromiseRegistry<ProjectionStorePromise> = definePromises({
  'PS-GET-ORDER': '`get` answers in the order of the keys, `undefined` where there is no row.',
  'PS-READ-CHECKPOINT': 'A row read after `checkpoint` answered p reflects p or later, whichever handle answers.',
  'PS-READ-SNAPSHOT': 'With `snapshotReads` one `find` or `count` sees the rows of one checkpoint.',
  'PS-READ-MISSING': 'Reading a generation or model that is not there is `MICRO_NOT_FOUND`, never an empty answer.',
  'PS-FIND-ORDER': '`find` orders by the sort, ties and no sort by key; the order is total over JSON values.',
  'PS-FIND-PAGE': '`skip` and `limit` cut the ordered rows.',
  'PS-FIND-QUERY': 'A query of the documented subset means the same in every store, for `find` and for `count`.',
  'PS-FIND-INDEX': 'Declared indexes change no answer.',
  'PS-FIND-INVALID': 'A query, sort, skip or limit outside the documented subset is `MICRO_INVALID`.',
  'PS-QUERY-DATA': 'Values in a query are data, never operators, and names that no row has match no row.',
  'PS-ROWS-OUT': 'Rows given out are frozen or copies: changing one changes nothing in the store.',
  'PS-ROWS-JSON': 'A row comes back as it was put, whatever JSON it holds.',
  'PS-ROWS-KEYS': 'Any string is a key, and different strings are different keys.',
  'PS-COMMIT-CHANGES': 'A commit puts whole rows and removes rows; what is not there can be removed.',
  'PS-COMMIT-ATOMIC': "A commit's rows and its checkpoint appear together, or nothing of it.",
  'PS-COMMIT-CAS':
    "A commit succeeds only when the generation's checkpoint is `previous`, else `MICRO_CONFLICT`; one that goes backwards is a `TypeError`.",
  'PS-COMMIT-ONE-WINNER': 'Of several appliers exactly one wins each step.',
  'PS-COMMIT-AGAIN': 'A commit whose `next` already stands succeeds and changes nothing.',
  'PS-COMMIT-EMPTY': 'A commit without changes moves only the checkpoint.',
  'PS-COMMIT-MISSING': 'A commit to a generation never prepared, or dropped, is `MICRO_NOT_FOUND`.',
  'PS-CHECKPOINT-NONE':
    '`checkpoint` is `undefined` without a generation, and position 0 and eventId "" before the first event.',
  'PS-CHECKPOINT-NAMED': '`checkpoint` answers for the active generation or the named one, and says which.',
  'PS-CHECKPOINT-REACHED': 'With `atLeast`, `checkpoint` resolves when that position is reached, whoever commits it.',
  'PS-PREPARE-AGAIN': '`prepare` is idempotent, also from several handles at once, and never touches rows.',
  'PS-ACTIVATE-SWITCH': '`activate` switches every reader at once.',
  'PS-ACTIVATE-AGAIN': 'Activating the active generation does nothing.',
  'PS-ACTIVATE-FORWARDS':
    'Activating a generation that is behind the active one is `MICRO_CONFLICT`: rows never go backwards.',
  'PS-ACTIVATE-MISSING': 'Activating a generation never prepared, or dropped, is `MICRO_NOT_FOUND`.',
  'PS-DROP-ROWS': "`drop` removes a generation's rows and checkpoint; what is not there is not an error.",
  'PS-DROP-ACTIVE': 'Dropping the active generation is `MICRO_CONFLICT`.',
  'PS-SEPARATE': 'Stores, projections, generations and models do not see one another.',
  'PS-DURABLE':
    'Where `durable`, rows, checkpoints and the active generation are there after the store was opened again.',
  'PS-OPEN-HANDLES': 'Every handle of a provider sees the same data and closes by itself.',
  'PS-CLOSE-FINISH': '`close` lets begun commits finish and is idempotent.',
  'PS-CLOSED': 'A closed handle refuses every call, and ends every wait, with `MICRO_UNAVAILABLE`.',
  'PS-ABORTED': 'An aborted call rejects with `signal.reason`, and one aborted before it began changes nothing.',
  'PS-CAPABILITIES': 'Capabilities are frozen and known before anything is opened.',
})

export type ProjectionStorePromise =
  | 'PS-GET-ORDER'
  | 'PS-READ-CHECKPOINT'
  | 'PS-READ-SNAPSHOT'
  | 'PS-READ-MISSING'
  | 'PS-FIND-ORDER'
  | 'PS-FIND-PAGE'
  | 'PS-FIND-QUERY'
  | 'PS-FIND-INDEX'
  | 'PS-FIND-INVALID'
  | 'PS-QUERY-DATA'
  | 'PS-ROWS-OUT'
  | 'PS-ROWS-JSON'
  | 'PS-ROWS-KEYS'
  | 'PS-COMMIT-CHANGES'
  | 'PS-COMMIT-ATOMIC'
  | 'PS-COMMIT-CAS'
  | 'PS-COMMIT-ONE-WINNER'
  | 'PS-COMMIT-AGAIN'
  | 'PS-COMMIT-EMPTY'
  | 'PS-COMMIT-MISSING'
  | 'PS-CHECKPOINT-NONE'
  | 'PS-CHECKPOINT-NAMED'
  | 'PS-CHECKPOINT-REACHED'
  | 'PS-PREPARE-AGAIN'
  | 'PS-ACTIVATE-SWITCH'
  | 'PS-ACTIVATE-AGAIN'
  | 'PS-ACTIVATE-FORWARDS'
  | 'PS-ACTIVATE-MISSING'
  | 'PS-DROP-ROWS'
  | 'PS-DROP-ACTIVE'
  | 'PS-SEPARATE'
  | 'PS-DURABLE'
  | 'PS-OPEN-HANDLES'
  | 'PS-CLOSE-FINISH'
  | 'PS-CLOSED'
  | 'PS-ABORTED'
  | 'PS-CAPABILITIES'
