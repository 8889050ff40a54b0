import { pause, type Runtime, type SubscriptionBatch } from '@micro/core'
import { injectedFault } from './fault-kinds.ts'
import type { Faults } from './faults.ts'
import { splitByAppend } from './split-by-append.ts'

/** How long what is overtaken waits for batches that overtake it, once none come. */
const LONGEST_WAIT_MS = 20

interface HeldBack {
  readonly batch: SubscriptionBatch
  /** How many batches it still lets go first. */
  places: number
}

/** A subscription as it comes over a bad line: late, in pieces, broken off, and, if told so, doubled or out of order. */
export async function* misdeliver(
  batches: AsyncIterable<SubscriptionBatch>,
  faults: Faults,
  runtime: Runtime,
  signal: AbortSignal | undefined,
): AsyncGenerator<SubscriptionBatch, void, void> {
  const heldBack: HeldBack[] = []
  const source = batches[Symbol.asyncIterator]()
  let next: Promise<IteratorResult<SubscriptionBatch>> | undefined
  try {
    for (;;) {
      next ??= source.next()
      const result = await (heldBack.length === 0 ? next : soon(next, runtime))
      if (result === 'nothing yet') {
        yield* heldBack.splice(0).map(({ batch }) => batch)
        continue
      }
      next = undefined
      if (result.done === true) return
      for (const batch of faults.splits() ? splitByAppend(result.value) : [result.value]) {
        await faults.transit('subscribe', 'request', runtime, signal)
        const fault = faults.next('subscribe')
        if (fault === 'broken') throw injectedFault('subscribe', fault)
        const isNews = batch.events.length > 0
        if (isNews && fault !== undefined) heldBack.push({ batch, places: faults.drawPlaces() })
        if (isNews && fault === 'held back') continue
        yield batch
        for (const due of heldBack.filter((held) => held.batch !== batch && --held.places <= 0)) {
          heldBack.splice(heldBack.indexOf(due), 1)
          yield due.batch
        }
      }
    }
  } finally {
    next?.catch(() => 'nobody listens any more')
    await source.return?.()
  }
}

function soon<T>(next: Promise<T>, runtime: Runtime): Promise<T | 'nothing yet'> {
  const waiting = new AbortController()
  const patience = pause(runtime, LONGEST_WAIT_MS, waiting.signal).then(() => 'nothing yet' as const)
  return Promise.race([next, patience]).finally(() => waiting.abort())
}
