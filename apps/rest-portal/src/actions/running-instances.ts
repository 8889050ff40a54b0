import type { ServiceDescription } from '@micro/core'
import { compareVersions } from './compare-versions.ts'

/** One that is busy for a moment may answer too late; one that says nothing twice in a row has gone. */
const MOST_MISSES = 1

interface Instance {
  readonly description: ServiceDescription
  misses: number
}

/** Who runs, as far as one discovery after the other tells. */
export class RunningInstances {
  readonly #instances = new Map<string, Instance>()

  /** Takes everybody that one discovery has found. */
  take(found: readonly ServiceDescription[]): void {
    for (const instance of this.#instances.values()) instance.misses++
    for (const description of found) {
      const { service, version, instance } = description
      this.#instances.set(JSON.stringify([service, version, instance]), { description, misses: 0 })
    }
    for (const [key, { misses }] of this.#instances) if (misses > MOST_MISSES) this.#instances.delete(key)
  }

  /**
   * What they offer. Where instances of one service contradict each other, the first has its way: one that has just answered,
   * of the newest version, that started last. So what is said does not depend on who answers first.
   */
  get descriptions(): readonly ServiceDescription[] {
    return [...this.#instances.values()].toSorted(preferred).map(({ description }) => description)
  }
}

function preferred(one: Instance, other: Instance): number {
  const [a, b] = [one.description, other.description]
  return one.misses - other.misses || compareVersions(b.version, a.version) || compareIds(b.instance, a.instance)
}

/** Ours begin with the time at which they were made. */
function compareIds(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
