import { compareStrings, compareValues, indexValues, type JsonValue, type Row, type Scalar, valueAt } from '@micro/core'
import { KeyedEntries } from './keyed-entries.ts'
import { type OrderedTree, orderedTree, walkTree } from './ordered-tree.ts'
import type { Entry } from './taffy-rows.ts'
import type { Interval } from './value-interval.ts'

/** Most values of an index that tells rows apart have one row, and a map for each would cost more than the rows. */
type Bucket = Entry | KeyedEntries

/** The rows of a table by what one path leads to: by a hash for equality, in order for ranges and sorts. */
export class ValueIndex {
  readonly #path: string
  readonly #segments: readonly string[]
  readonly #buckets = new Map<Scalar, Bucket>()
  /** The same by order, from the first time that somebody asks for it. */
  #ordered: OrderedTree<JsonValue, Bucket> | undefined
  /**
   * Rows where the path does not lead to one scalar: arrays are found by each element but sorted as a whole. Their sort
   * values in order; the other rows are sorted by the value that they are found by.
   */
  readonly #odd: OrderedTree<JsonValue, KeyedEntries> = orderedTree<JsonValue, KeyedEntries>([], compareValues)
  readonly #oddValues = new Map<Entry, JsonValue>()

  constructor(path: string) {
    this.#path = path
    this.#segments = path.split('.')
  }

  /** Whether all that a query asks of this path it asks of one value in each row. */
  get isPlain(): boolean {
    return this.#oddValues.size === 0
  }

  change(entry: Entry, before: Row | undefined, after: Row | undefined): void {
    const old = before && this.#scalarOf(before)
    const now = after && this.#scalarOf(after)
    if (old !== undefined && old === now) return
    if (before !== undefined) {
      for (const value of old === undefined ? indexValues(before, this.#path) : [old]) this.#delete(value, entry)
      if (old === undefined) this.#deleteOdd(entry)
    }
    if (after !== undefined) {
      const values = now === undefined ? indexValues(after, this.#path) : [now]
      for (const value of values) this.#add(value, entry)
      if (now === undefined) this.#addOdd(entry, after, values as ReadonlySet<Scalar>)
    }
  }

  /** How many rows `equal` gives, at most: one may be found by several values. */
  countEqual(values: readonly Scalar[]): number {
    let count = 0
    for (const value of values) count += sizeOf(this.#buckets.get(value))
    return count
  }

  /** The rows that have one of these values, each once, in no particular order. */
  equal(values: readonly Scalar[]): Iterable<Entry> {
    const [value] = values
    return value !== undefined && values.length === 1
      ? entriesOf(this.#buckets.get(value))
      : once(values.map((each) => entriesOf(this.#buckets.get(each))))
  }

  /** The rows that have this value, in the order of their keys. */
  equalInOrder(value: Scalar, direction: 1 | -1): Iterable<Entry> {
    return inKeyOrder(this.#buckets.get(value), direction)
  }

  /** The rows that have a value there, each once, in no particular order. */
  between(interval: Interval): Iterable<Entry> {
    const groups = this.#groups(interval)
    return this.isPlain ? all(groups) : once(groups)
  }

  /** Groups of rows that are sorted alike, one after another; within each in the order of the keys. */
  *inOrder(direction: 1 | -1, interval?: Interval): Generator<Iterable<Entry>> {
    const odd = walkTree(this.#odd, { direction }, compareValues)
    let next = odd.next()
    for (const [value, bucket] of this.#pairs(direction, interval)) {
      for (; !next.done && compareValues(next.value[0], value) * direction < 0; next = odd.next())
        yield inKeyOrder(next.value[1])
      const plain = this.isPlain ? inKeyOrder(bucket) : this.#plainOnes(bucket)
      if (!next.done && compareValues(next.value[0], value) === 0) {
        yield [...plain, ...next.value[1].values()].sort((a, b) => compareStrings(a.key, b.key))
        next = odd.next()
      } else yield plain
    }
    for (; !next.done; next = odd.next()) yield inKeyOrder(next.value[1])
  }

  *#groups(interval: Interval): Generator<Iterable<Entry>> {
    for (const [, bucket] of this.#pairs(1, interval)) yield entriesOf(bucket)
  }

  #pairs(direction: 1 | -1, interval?: Interval): Generator<readonly [JsonValue, Bucket]> {
    this.#ordered ??= orderedTree<JsonValue, Bucket>(this.#buckets, compareValues)
    return walkTree(this.#ordered, { direction, ...interval }, compareValues)
  }

  *#plainOnes(bucket: Bucket): Generator<Entry> {
    for (const entry of inKeyOrder(bucket)) if (!this.#oddValues.has(entry)) yield entry
  }

  /** The usual case: the path is a property that is a scalar. */
  #scalarOf(row: Row): Scalar | undefined {
    if (this.#segments.length > 1 || !Object.hasOwn(row, this.#path)) return undefined
    const value = row[this.#path]
    return typeof value === 'object' && value !== null ? undefined : (value as Scalar | undefined)
  }

  #add(value: Scalar, entry: Entry): void {
    const bucket = this.#buckets.get(value)
    if (bucket === undefined) this.#set(value, entry)
    else if (bucket instanceof KeyedEntries) bucket.set(entry)
    else {
      const several = new KeyedEntries()
      several.set(bucket)
      several.set(entry)
      this.#set(value, several)
    }
  }

  #set(value: Scalar, bucket: Bucket): void {
    this.#buckets.set(value, bucket)
    this.#ordered?.set(value, bucket)
  }

  #delete(value: Scalar, entry: Entry): void {
    const bucket = this.#buckets.get(value)
    if (bucket instanceof KeyedEntries) {
      bucket.delete(entry.key)
      if (bucket.size > 0) return
    }
    this.#buckets.delete(value)
    this.#ordered?.delete(value)
  }

  #addOdd(entry: Entry, row: Row, values: ReadonlySet<Scalar>): void {
    const value = valueAt(row, this.#segments) ?? null
    if (values.size === 1 && values.has(value as Scalar)) return
    this.#oddValues.set(entry, value)
    const bucket = this.#odd.get(value)
    if (bucket !== undefined) return bucket.set(entry)
    const first = new KeyedEntries()
    first.set(entry)
    this.#odd.set(value, first)
  }

  #deleteOdd(entry: Entry): void {
    const value = this.#oddValues.get(entry)
    if (value === undefined) return
    this.#oddValues.delete(entry)
    const bucket = this.#odd.get(value)
    bucket?.delete(entry.key)
    if (bucket?.size === 0) this.#odd.delete(value)
  }
}

function sizeOf(bucket: Bucket | undefined): number {
  if (bucket === undefined) return 0
  return bucket instanceof KeyedEntries ? bucket.size : 1
}

function entriesOf(bucket: Bucket | undefined): Iterable<Entry> {
  if (bucket === undefined) return []
  return bucket instanceof KeyedEntries ? bucket.values() : [bucket]
}

function inKeyOrder(bucket: Bucket | undefined, direction: 1 | -1 = 1): Iterable<Entry> {
  return bucket instanceof KeyedEntries ? bucket.inOrder({ direction }) : entriesOf(bucket)
}

function* once(groups: Iterable<Iterable<Entry>>): Generator<Entry> {
  const seen = new Set<Entry>()
  for (const group of groups) {
    for (const entry of group) {
      if (seen.has(entry)) continue
      seen.add(entry)
      yield entry
    }
  }
}

function* all(groups: Iterable<Iterable<Entry>>): Generator<Entry> {
  for (const group of groups) yield* group
}
