// A service whose commands do wrong what their caller asks for, where their caller asks for it.
import { setTimeout as pause } from 'node:timers/promises'
import {
  type ActionAddress,
  defineCommand,
  defineEvents,
  defineModel,
  defineReducer,
  defineRule,
  defineView,
  defineViewContract,
  ERROR_CODES,
  MicroError,
  type MicroErrorCode,
  type Sheets,
} from '@micro/core'

export const PROBE = import.meta.url
export const note: ActionAddress = { service: 'probe', name: 'note', kind: 'command' }
export const notes: ActionAddress = { service: 'probe', name: 'notes', kind: 'view' }

export type Step = 'stream' | 'authorize' | 'preValidate' | 'validate' | 'events' | 'respond' | 'reducer' | 'query'

/** `act` calls another command of the service on the same stream; a code is thrown as a typed error. */
export type Fault = 'throw' | 'hang' | 'garbage' | 'act' | 'pause' | 'object' | MicroErrorCode

export interface Note {
  readonly stream: string
  /** Events of the command. @default 1 */
  readonly count?: number
  readonly at?: Step
  readonly fault?: Fault
}

/** The recorded events, as `respond` got them. */
export interface Noted {
  readonly ids: readonly string[]
  readonly position: number
}

const service = 'probe'
const NoteSchema = {
  type: 'object',
  properties: {
    stream: { type: 'string' },
    count: { type: 'integer', minimum: 0 },
    at: { type: 'string' },
    fault: { type: 'string' },
  },
  required: ['stream'],
} as const
const noteContract = defineCommand('note', { service, payload: NoteSchema })
const noteOnce = defineCommand('note once', { service, payload: NoteSchema })
const notesView = defineViewContract('notes', { service, payload: NoteSchema })
const noteModel = defineModel('note', {
  key: 'stream',
  schema: {
    type: 'object',
    properties: { stream: { type: 'string' }, count: { type: 'integer' } },
    required: ['stream', 'count'],
  },
})
const events = defineEvents({ noted: NoteSchema })

/** What never ends. */
const never = new Promise<never>(() => undefined)
/** How long the fault `pause` takes. */
export const PAUSE_MS = 20

const isErrorCode = (fault: string | undefined): fault is MicroErrorCode =>
  fault !== undefined && Object.hasOwn(ERROR_CODES, fault)

/** Goes wrong here if the note says so, in `otherwise`'s place. */
function play<Result>(step: Step, { at, fault }: { at?: string; fault?: string }, otherwise: () => Result): Result {
  if (at !== step) return otherwise()
  switch (fault) {
    case 'throw':
      throw new RangeError(`${step} is broken`)
    case 'hang':
      return never as never
    case 'pause':
      return pause(PAUSE_MS).then(otherwise) as never
    case 'garbage':
      return Symbol('garbage') as never
    case 'object':
      return 'Not like this.' as never
    default:
      if (isErrorCode(fault)) throw new MicroError(fault, 'As its caller asked for.')
      return otherwise()
  }
}

/** @param options `isMended`: its reducer does not fail any more */
export function serviceOptions({ isMended }: { readonly isMended?: boolean }): { name: string; sheets: Sheets } {
  const rule = defineRule(noteContract, {
    models: { notes: noteModel },
    emits: events,
    stream: (payload) => play('stream', payload, () => `note-${payload.stream}`),
    authorize: async ({ payload, act }) => {
      await actAt('authorize', payload, act)
      return play('authorize', payload, () => true)
    },
    preValidate: (payload) => play('preValidate', payload, () => undefined),
    validate: async (payload, { models, act }) => {
      await actAt('validate', payload, act)
      await models.notes.get(payload.stream)
      return play('validate', payload, () => undefined)
    },
    events: async (payload, { act }) => {
      await actAt('events', payload, act)
      const made = Array.from({ length: payload.count ?? 1 }, () => ({ type: 'noted' as const, data: payload }))
      return play('events', payload, () => made)
    },
    respond: async ({ payload, events: recorded, act }) => {
      await actAt('respond', payload, act)
      return play('respond', payload, () => ({
        ids: recorded.map(({ id }) => id),
        position: recorded.at(-1)?.position ?? 0,
      }))
    },
  })
  const once = defineRule(noteOnce, {
    emits: events,
    stream: ({ stream }) => `note-${stream}`,
    repeat: 'refuse',
    events: (payload) => [{ type: 'noted', data: payload }],
  })
  const reducer = defineReducer({
    models: { notes: noteModel },
    events,
    on: {
      noted: async ({ data }, writers) => {
        const { count } = (await writers.notes.get(data.stream)) ?? { count: 0 }
        const put = (): void => writers.notes.put({ stream: data.stream, count: count + 1 })
        if (isMended === true) put()
        else await play('reducer', data, async () => put())
      },
    },
  })
  const view = defineView(notesView, {
    models: { notes: noteModel },
    authorize: ({ payload }) => play('authorize', payload, () => true),
    query: (payload, { models }) =>
      play('query', payload, async () => (await models.notes.get(payload.stream))?.count ?? 0),
  })
  return { name: service, sheets: { rules: [rule, once], reducers: [reducer], views: [view] } }
}

type ActHere = (target: ActionAddress, payload: Note) => Promise<unknown>

async function actAt(
  step: Step,
  payload: { stream: string; at?: string; fault?: string },
  act: ActHere,
): Promise<void> {
  if (payload.at === step && payload.fault === 'act') await act(note, { stream: payload.stream })
}
