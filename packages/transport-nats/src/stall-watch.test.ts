import type { Runtime } from '@micro/core'
import { expect, it } from 'vitest'
import { StallWatch } from './stall-watch.ts'

const BUDGET = { 'micro-deadline': '1000;0;client' }

function watched() {
  let now = 0
  const runtime = { monotonic: () => now } as Runtime
  return { watch: new StallWatch(runtime, 3000), at: (ms: number) => (now = ms) }
}

it('an endpoint is stalled when for long enough nothing was answered in time', () => {
  const { watch, at } = watched()
  expect(watch.begin(BUDGET, 0)).toBe(1000)
  for (let failure = 0; failure < 3; failure++) watch.failed()
  at(2999)
  expect(watch.isStalled).toBe(false)
  at(3000)
  expect(watch.isStalled).toBe(true)
})

it('one answer in time, or few failures, or callers in a hurry, do not make it one', () => {
  const { watch, at } = watched()
  watch.begin(BUDGET, 0)
  for (let failure = 0; failure < 9; failure++) watch.failed()
  watch.answeredInTime()
  at(5000)
  expect(watch.isStalled).toBe(false)
  watch.begin(BUDGET, 5000)
  watch.failed()
  watch.failed()
  at(9000)
  expect(watch.isStalled).toBe(false)
  expect(watch.begin({ 'micro-deadline': '100;0;client' }, 9000)).toBe(Infinity)
  expect(watch.begin({}, 9000)).toBe(Infinity)
})

it('on trial one failure is enough, and one answer ends the trial', () => {
  const { watch, at } = watched()
  watch.retry()
  watch.begin(BUDGET, 0)
  watch.failed()
  at(1000)
  expect(watch.isStalled).toBe(true)
  watch.retry()
  watch.begin(BUDGET, 1000)
  watch.answeredInTime()
  watch.begin(BUDGET, 1000)
  watch.failed()
  expect(watch.isStalled).toBe(false)
})
