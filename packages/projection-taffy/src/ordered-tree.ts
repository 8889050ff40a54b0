import { createRequire } from 'node:module'
import type SortedBTree from 'sorted-btree'

// A CommonJS module with a `default`: Node hands out the whole module as its default, vitest and bundlers the class.
const { default: BTree } = createRequire(import.meta.url)('sorted-btree') as {
  readonly default: typeof SortedBTree.default
}

type Compare<Key> = (a: Key, b: Key) => number

export type OrderedTree<Key, Value> = SortedBTree.default<Key, Value>

/** A tree of these pairs. (Sorting them first takes as long as it saves.) */
export function orderedTree<Key, Value>(
  pairs: Iterable<readonly [Key, Value]>,
  compare: Compare<Key>,
): OrderedTree<Key, Value> {
  const tree = new BTree<Key, Value>(undefined, compare)
  for (const [key, value] of pairs) tree.set(key, value)
  return tree
}

/** Keys from `low` to `high`, both included, ascending or, with -1, descending. */
export interface Walk<Key> {
  readonly direction: 1 | -1
  readonly low?: Key | undefined
  readonly high?: Key | undefined
}

export function* walkTree<Key, Value>(
  tree: OrderedTree<Key, Value>,
  { direction, low, high }: Walk<Key>,
  compare: Compare<Key>,
): Generator<readonly [Key, Value]> {
  const pairs = direction === 1 ? tree.entries(low) : tree.entriesReversed(high)
  const end = direction === 1 ? high : low
  for (const pair of pairs) {
    if (end !== undefined && compare(pair[0], end) * direction > 0) return
    yield pair
  }
}
