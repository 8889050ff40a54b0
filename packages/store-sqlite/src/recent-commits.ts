import type { Position, RecordedEvent } from '@micro/core'

/** What one transaction of this connection added to the log: whole appends. */
export interface Commit {
  /** Position of the last event. */
  readonly position: Position
  readonly events: readonly RecordedEvent[]
}

const MOST_EVENTS = 2048

/**
 * The newest commits of this connection, so that subscriptions that are up to date need not read them back. Bounded: who
 * falls behind reads the file.
 */
export class RecentCommits {
  #commits: Commit[] = []
  #eventCount = 0

  add(commit: Commit): void {
    const newest = this.#commits.at(-1)
    // Something came between that this connection did not write: nothing may be handed on over that gap.
    if (newest !== undefined && newest.position !== firstPosition(commit) - 1) this.clear()
    this.#commits.push(commit)
    this.#eventCount += commit.events.length
    while (this.#eventCount > MOST_EVENTS && this.#commits.length > 1)
      this.#eventCount -= (this.#commits.shift() as Commit).events.length
  }

  /** The commit that begins right after this position, if it is still here. */
  after(position: Position): Commit | undefined {
    return this.#commits.find((commit) => firstPosition(commit) === position + 1)
  }

  clear(): void {
    this.#commits = []
    this.#eventCount = 0
  }
}

function firstPosition({ position, events }: Commit): Position {
  return position - events.length + 1
}
