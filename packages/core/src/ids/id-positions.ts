import type { Position } from '../ports/event-store.ts'
import { DIGIT_PLACES } from './uuid-text.ts'

const SHARDS = 64
const FIRST_SLOTS = 16
/** Of a slot: the id's 128 bits and the position's 64, which are 0 in an empty one. */
const WORDS = 6
const ID_WORDS = 4
const TWO_32 = 2 ** 32
const TEXT_LENGTH = 36
const NO_DIGIT = 0xff

const DIGIT_VALUES = new Uint8Array(256).fill(NO_DIGIT)
for (let value = 0; value < 16; value++) DIGIT_VALUES[value.toString(16).charCodeAt(0)] = value

// Work space: the id that was read last.
const words = new Uint32Array(ID_WORDS)

/**
 * Positions by UUID, without a limit: 24 bytes a slot in typed arrays, which no collection walks through, with one miss of the
 * cache for a look-up where a Map of strings has three or four. Open addressing with linear probing; the table is split, so
 * that none of its growth steps holds the event loop (a Map of 8 million stops for 0.8 s, and ends at 16 million).
 *
 * Whoever could choose ids that meet in one slot has to find each by some 2^20 hashes: no seed is needed against that.
 */
export class IdPositions {
  readonly #shards = Array.from({ length: SHARDS }, () => new Shard())

  /** `undefined` for an id that is not there, or no UUID in lower case. */
  get(id: string): Position | undefined {
    if (!readWords(id)) return undefined
    const hash = hashOfWords()
    return this.#shardOf(hash).get(hash)
  }

  /** Adds an id, or replaces its position. What is no UUID in lower case is not kept. */
  set(id: string, position: Position): void {
    if (!readWords(id)) return
    const hash = hashOfWords()
    this.#shardOf(hash).set(hash, position)
  }

  get size(): number {
    let size = 0
    for (const shard of this.#shards) size += shard.size
    return size
  }

  /** Forgets all ids, and keeps the room that they took. */
  clear(): void {
    for (const shard of this.#shards) shard.clear()
  }

  #shardOf(hash: number): Shard {
    return this.#shards[hash >>> 26] as Shard
  }
}

class Shard {
  size = 0
  #slots = new Uint32Array(FIRST_SLOTS * WORDS)
  #mask = FIRST_SLOTS - 1

  get(hash: number): Position | undefined {
    const position = positionAt(this.#slots, this.#find(hash))
    return position === 0 ? undefined : position
  }

  set(hash: number, position: Position): void {
    const at = this.#find(hash)
    const isNew = positionAt(this.#slots, at) === 0
    this.#slots.set(words, at)
    putPosition(this.#slots, at, position)
    if (isNew && ++this.size * 2 > this.#mask) this.#grow()
  }

  clear(): void {
    this.size = 0
    this.#slots.fill(0)
  }

  /** Where the id in `words` is, or would be. */
  #find(hash: number): number {
    const slots = this.#slots
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = slot * WORDS
      if (positionAt(slots, at) === 0 || isIdAt(slots, at)) return at
    }
  }

  #grow(): void {
    const before = this.#slots
    this.#slots = new Uint32Array(before.length * 2)
    this.#mask = this.#mask * 2 + 1
    for (let at = 0; at < before.length; at += WORDS) {
      if (positionAt(before, at) === 0) continue
      words.set(before.subarray(at, at + ID_WORDS))
      const to = this.#find(hashOfWords())
      this.#slots.set(before.subarray(at, at + WORDS), to)
    }
  }
}

/** Whether the text is a UUID in lower case; then its bits are in `words`. */
function readWords(text: string): boolean {
  if (text.length !== TEXT_LENGTH) return false
  let wrong = 0
  for (let word = 0; word < ID_WORDS; word++) {
    let bits = 0
    for (let digit = word * 8; digit < word * 8 + 8; digit++) {
      const code = text.charCodeAt(DIGIT_PLACES[digit] as number)
      const value = code < 256 ? (DIGIT_VALUES[code] as number) : NO_DIGIT
      wrong |= value
      bits = (bits << 4) | value
    }
    words[word] = bits
  }
  return wrong < 16
}

/** The last two words are random or a hash's own in every kind of UUID that is made here. */
function hashOfWords(): number {
  const mixed = Math.imul((words[2] as number) ^ Math.imul(words[3] as number, 0x85ebca6b), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 15)) >>> 0
}

function isIdAt(slots: Uint32Array, at: number): boolean {
  return (
    slots[at + 3] === words[3] && slots[at + 2] === words[2] && slots[at + 1] === words[1] && slots[at] === words[0]
  )
}

function positionAt(slots: Uint32Array, at: number): Position {
  return (slots[at + ID_WORDS] as number) + (slots[at + ID_WORDS + 1] as number) * TWO_32
}

function putPosition(slots: Uint32Array, at: number, position: Position): void {
  slots[at + ID_WORDS] = position
  slots[at + ID_WORDS + 1] = position / TWO_32
}
