import type { RecordedEvent } from '@micro/core'
import { describe, expect, it } from 'vitest'
import { type Commit, RecentCommits } from './recent-commits.ts'

const commit = (first: number, last: number): Commit => ({
  position: last,
  events: Array.from({ length: last - first + 1 }, (_, index) => ({ position: first + index }) as RecordedEvent),
})

describe('RecentCommits', () => {
  it('finds what comes right after a position', () => {
    const recent = new RecentCommits()
    recent.add(commit(1, 3))
    recent.add(commit(4, 4))
    expect(recent.after(0)?.position).toBe(3)
    expect(recent.after(3)?.position).toBe(4)
    expect([1, 2, 4, 9].map((position) => recent.after(position))).toEqual([undefined, undefined, undefined, undefined])
  })

  it('forgets all that came before something that it did not see', () => {
    const recent = new RecentCommits()
    recent.add(commit(1, 3))
    recent.add(commit(5, 6))
    expect(recent.after(0)).toBeUndefined()
    expect(recent.after(4)?.position).toBe(6)
  })

  it('keeps a bounded number of events, and always the newest commit', () => {
    const recent = new RecentCommits()
    for (let n = 0; n < 100; n++) recent.add(commit(n * 100 + 1, n * 100 + 100))
    expect(recent.after(0)).toBeUndefined()
    expect(recent.after(9900)?.position).toBe(10_000)
    recent.add(commit(10_001, 20_000))
    expect(recent.after(9900)).toBeUndefined()
    expect(recent.after(10_000)?.position).toBe(20_000)
  })
})
