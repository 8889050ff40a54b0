import type { Position } from '../ports/event-store.ts'
import type { JsonValue } from '../values/json.ts'

/** The answer of a command that has run here. */
export interface KeptReply {
  readonly response: JsonValue | undefined
  readonly payloadDigest: string
  readonly position: Position
}

interface Generation {
  readonly replies: Map<Position, KeptReply>
  bytes: number
}

/**
 * Replies of this instance's last commands, for repeats: bounded in bytes, in two generations as `Heads`, of which each
 * takes half.
 */
export class KeptReplies {
  readonly #halfBytes: number
  #young: Generation = { replies: new Map(), bytes: 0 }
  #old: Generation = { replies: new Map(), bytes: 0 }

  constructor(mostBytes: number) {
    this.#halfBytes = mostBytes / 2
  }

  /** @param first position of the command's first event */
  get(first: Position): KeptReply | undefined {
    return this.#young.replies.get(first) ?? this.#old.replies.get(first)
  }

  keep(first: Position, reply: KeptReply): void {
    const bytes = 200 + sizeOf(reply.response)
    if (bytes > this.#halfBytes) return
    if (this.#young.bytes + bytes > this.#halfBytes) {
      this.#old = this.#young
      this.#young = { replies: new Map(), bytes: 0 }
    }
    this.#young.replies.set(first, reply)
    this.#young.bytes += bytes
  }
}

/** About how many bytes a value takes in memory; exact enough for a bound, without writing it out. */
function sizeOf(value: JsonValue | undefined): number {
  if (typeof value === 'string') return 16 + value.length * 2
  if (typeof value !== 'object' || value === null) return 8
  let bytes = 32
  if (Array.isArray(value)) for (const item of value) bytes += sizeOf(item)
  else for (const [key, member] of Object.entries(value)) bytes += 16 + key.length + sizeOf(member)
  return bytes
}
