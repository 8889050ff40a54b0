import type { EventFilter, ExpectedRevision, ReadAllOptions, ReadStreamOptions } from '@micro/core'
import type { SeededRandom } from '../conformance/seeded-random.ts'
import type { ModelPlace } from './model-log.ts'

const STREAMS = ['a', 'b', 'ab'] as const
const TYPES = ['thing happened', 'other happened'] as const
const EXPECTATIONS: readonly ExpectedRevision[] = ['any', 'any', 'no-stream', 'stream-exists', 0, 1, 2, 3, 4]
const CHANGES = [
  'none',
  'writes reversed',
  'events reversed',
  'first event gone',
  'last event gone',
  'one event more',
] as const

export type Change = (typeof CHANGES)[number]

export interface StepWrite {
  readonly stream: string
  readonly expected: ExpectedRevision
  /** Types of the events. */
  readonly events: readonly string[]
}

/** One step of a random program: data alone, so that a program that fails can be told, repeated and reduced. */
export type Step = { readonly handle: 0 | 1 } & (
  | { readonly kind: 'append'; readonly writes: readonly StepWrite[] }
  | {
      readonly kind: 'append again'
      readonly which: number
      readonly change: Change
      readonly expected?: ExpectedRevision
    }
  | { readonly kind: 'read stream'; readonly stream: string; readonly options: ReadStreamOptions }
  | { readonly kind: 'read all'; readonly place?: ModelPlace; readonly options: Omit<ReadAllOptions, 'after'> }
  | { readonly kind: 'subscribe'; readonly place: ModelPlace; readonly filter?: EventFilter }
  | { readonly kind: 'pull'; readonly which: number }
  | { readonly kind: 'head' }
)

export function randomProgram(random: SeededRandom): readonly Step[] {
  return Array.from({ length: random.integer(1, 50) }, () => randomStep(random))
}

function randomStep(random: SeededRandom): Step {
  const handle = random.pick([0, 1] as const)
  const which = random.integer(0, 9)
  const chance = random.next()
  if (chance < 0.45) return { handle, kind: 'append', writes: randomWrites(random) }
  if (chance < 0.65) {
    const change = random.next() < 0.5 ? 'none' : random.pick(CHANGES)
    return random.next() < 0.75
      ? { handle, kind: 'append again', which, change }
      : { handle, kind: 'append again', which, change, expected: random.pick(EXPECTATIONS) }
  }
  if (chance < 0.75)
    return { handle, kind: 'read stream', stream: random.pick(STREAMS), options: streamOptions(random) }
  if (chance < 0.85) return randomReadAll(random, handle)
  if (chance < 0.9) return { handle, kind: 'subscribe', place: randomPlace(random), ...randomFilter(random) }
  return chance < 0.97 ? { handle, kind: 'pull', which } : { handle, kind: 'head' }
}

function randomWrites(random: SeededRandom): readonly StepWrite[] {
  const streams = STREAMS.filter(() => random.next() < 0.4)
  return (streams.length === 0 ? [random.pick(STREAMS)] : streams).map((stream) => ({
    stream,
    expected: random.pick(EXPECTATIONS),
    events: Array.from({ length: random.integer(0, 3) }, () => random.pick(TYPES)),
  }))
}

function streamOptions(random: SeededRandom): ReadStreamOptions {
  return {
    ...(random.next() < 0.5 && { from: random.integer(0, 6) }),
    ...(random.next() < 0.5 && { maxCount: random.integer(0, 5) }),
    direction: random.pick(['forwards', 'backwards'] as const),
  }
}

function randomReadAll(random: SeededRandom, handle: 0 | 1): Step {
  const direction = random.pick(['forwards', 'backwards'] as const)
  const place = randomPlace(random)
  return {
    handle,
    kind: 'read all',
    ...(random.next() < 0.5 && { place: direction === 'forwards' ? place : { ...place, beforeLast: false } }),
    options: { direction, ...randomFilter(random), ...(random.next() < 0.5 && { maxCount: random.integer(0, 9) }) },
  }
}

function randomPlace(random: SeededRandom): ModelPlace {
  return { append: random.integer(0, 9), beforeLast: random.next() < 0.3 }
}

function randomFilter(random: SeededRandom): { readonly filter?: EventFilter } {
  if (random.next() < 0.5) return {}
  const types = random.next() < 0.5 ? { types: TYPES.filter(() => random.next() < 0.6) } : {}
  return { filter: random.next() < 0.5 ? { ...types, streamPrefixes: [random.pick(STREAMS)] } : types }
}

/** Simpler forms of a step, the simplest first. */
export function simplerSteps(step: Step): readonly Step[] {
  const simpler: Step[] = step.handle === 0 ? [] : [{ ...step, handle: 0 }]
  if (step.kind === 'append') {
    step.writes.forEach((write, index) => {
      if (step.writes.length > 1) simpler.push({ ...step, writes: step.writes.filter((other) => other !== write) })
      if (write.events.length > 0)
        simpler.push({ ...step, writes: step.writes.with(index, { ...write, events: write.events.slice(1) }) })
      if (write.expected !== 'any')
        simpler.push({ ...step, writes: step.writes.with(index, { ...write, expected: 'any' }) })
    })
  }
  if (step.kind === 'append again' && step.change !== 'none') simpler.push({ ...step, change: 'none' })
  if (step.kind === 'append again' && step.expected !== undefined) {
    const { expected: _, ...same } = step
    simpler.push(same)
  }
  if (step.kind === 'read stream' && Object.keys(step.options).length > 0) simpler.push({ ...step, options: {} })
  if (step.kind === 'read all' && (step.place !== undefined || Object.keys(step.options).length > 0))
    simpler.push({ handle: step.handle, kind: 'read all', options: {} })
  if (step.kind === 'subscribe' && step.filter !== undefined)
    simpler.push({ handle: step.handle, kind: 'subscribe', place: step.place })
  return simpler
}
