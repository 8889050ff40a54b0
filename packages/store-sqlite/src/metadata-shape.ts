import type { JsonObject, JsonValue } from '@micro/core'

// Most of an event's metadata is the same in thousands of events. A shape holds the keys in their order and what does not
// change; the row holds the rest as a JSON array. Any metadata can be written so, and comes back as it was.
type Slot =
  | readonly [key: string, kind: 'constant', value: string | number]
  | readonly [key: string, kind: 'event id']
  | readonly [key: string, kind: 'same as', key: string]
  | readonly [key: string, kind: 'value']

/** Keys of format 1 whose values are few: those of a rule, not those of a command. */
const CONSTANT_KEYS: ReadonlySet<string> = new Set([
  'format',
  'service',
  'rule',
  'ruleVersion',
  'ruleHash',
  'eventVersion',
])
const LONGEST_CONSTANT = 200
/** A string that repeats an earlier one is left out when that saves more than the note about it costs. */
const SHORTEST_REPEAT = 16

/** Metadata is stored whole, as JSON, under this number. */
export const NO_SHAPE = 0

export class MetadataShape {
  /** The shape as the file keeps it. */
  readonly template: string
  readonly #slots: readonly Slot[]
  /** Slots that are not constant. */
  readonly #open: readonly Slot[]
  /** All keys in their order, with the constants: copying it is cheaper than setting one key after the other. */
  readonly #pattern: JsonObject

  private constructor(template: string, slots: readonly Slot[]) {
    this.template = template
    this.#slots = slots
    this.#open = slots.filter(([, kind]) => kind !== 'constant')
    this.#pattern = Object.fromEntries(slots.map((slot) => [slot[0], slot[1] === 'constant' ? slot[2] : null]))
  }

  /** @throws SyntaxError for what is no template */
  static parse(template: string): MetadataShape {
    return new MetadataShape(template, JSON.parse(template) as readonly Slot[])
  }

  /** The shape that fits best, or `undefined` for metadata that is better stored whole. */
  static of(metadata: JsonObject, eventId: string): MetadataShape | undefined {
    const repeats = new Map<JsonValue, string>()
    const slots: Slot[] = []
    for (const [key, value] of Object.entries(metadata)) {
      // Such a key would set the prototype of the object that is made again.
      if (key === '__proto__') return undefined
      const earlier = repeats.get(value)
      const constant = constantOf(key, value)
      if (constant !== undefined) slots.push([key, 'constant', constant])
      else if (value === eventId) slots.push([key, 'event id'])
      else if (earlier !== undefined) slots.push([key, 'same as', earlier])
      else {
        slots.push([key, 'value'])
        if (typeof value === 'string' && value.length >= SHORTEST_REPEAT) repeats.set(value, key)
      }
    }
    return new MetadataShape(JSON.stringify(slots), slots)
  }

  /** What the shape leaves open, as JSON; `undefined` when the metadata has another shape. */
  encode(metadata: JsonObject, eventId: string): string | undefined {
    const slots = this.#slots
    const values: JsonValue[] = []
    let index = 0
    for (const key of Object.keys(metadata)) {
      const slot = slots[index++]
      const value = metadata[key] as JsonValue
      if (slot === undefined || slot[0] !== key || !fits(slot, value, metadata, eventId)) return undefined
      if (slot[1] === 'value') values.push(value)
    }
    return index === slots.length ? JSON.stringify(values) : undefined
  }

  decode(stored: string, eventId: string): JsonObject {
    const values = JSON.parse(stored) as readonly JsonValue[]
    const metadata: Record<string, JsonValue> = { ...this.#pattern }
    let next = 0
    for (const slot of this.#open) {
      if (slot[1] === 'value') metadata[slot[0]] = values[next++] as JsonValue
      else if (slot[1] === 'event id') metadata[slot[0]] = eventId
      else metadata[slot[0]] = metadata[slot[2]] as JsonValue
    }
    return metadata
  }
}

function constantOf(key: string, value: JsonValue): string | number | undefined {
  if (!CONSTANT_KEYS.has(key)) return undefined
  return typeof value === 'number' || (typeof value === 'string' && value.length <= LONGEST_CONSTANT)
    ? value
    : undefined
}

function fits(slot: Slot, value: JsonValue, metadata: JsonObject, eventId: string): boolean {
  if (slot[1] === 'value') return true
  if (slot[1] === 'constant') return value === slot[2]
  return value === (slot[1] === 'event id' ? eventId : metadata[slot[2]])
}
