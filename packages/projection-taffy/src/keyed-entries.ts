import { compareStrings, type RowKey } from '@micro/core'
import { type OrderedTree, orderedTree, type Walk, walkTree } from './ordered-tree.ts'
import type { Entry } from './taffy-rows.ts'

/** Entries by key: found at once by a hash, and from the first time that somebody asks for it, in order. */
export class KeyedEntries {
  readonly #byKey = new Map<RowKey, Entry>()
  #ordered: OrderedTree<RowKey, Entry> | undefined

  get size(): number {
    return this.#byKey.size
  }

  get(key: RowKey): Entry | undefined {
    return this.#byKey.get(key)
  }

  set(entry: Entry): void {
    this.#byKey.set(entry.key, entry)
    this.#ordered?.set(entry.key, entry)
  }

  delete(key: RowKey): void {
    this.#byKey.delete(key)
    this.#ordered?.delete(key)
  }

  /** In no particular order. */
  values(): Iterable<Entry> {
    return this.#byKey.values()
  }

  *inOrder(walk: Walk<RowKey>): Generator<Entry> {
    this.#ordered ??= orderedTree(this.#byKey, compareStrings)
    for (const [, entry] of walkTree(this.#ordered, walk, compareStrings)) yield entry
  }
}
