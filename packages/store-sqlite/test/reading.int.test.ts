import { describe, expect, it } from 'vitest'
import { eventsOf, newEvent, newEvents, newFile, openLog } from './bench.ts'

describe('reading', () => {
  it('never splits an append, however long it is', async () => {
    const store = await openLog(newFile())
    const sizes = [1, 3, 1500, 2, 700, 1]
    for (const size of sizes) await store.append([{ stream: `s${size}`, expected: 'any', events: newEvents(size) }])
    const ends = sizes.map((_, index) => sizes.slice(0, index + 1).reduce((sum, size) => sum + size, 0))
    for await (const batch of store.readAll()) expect(ends).toContain(batch.at(-1)?.position)
    for await (const batch of store.readAll({ direction: 'backwards' }))
      expect([0, ...ends]).toContain((batch.at(-1)?.position as number) - 1)
    const limited = await eventsOf(store.readAll({ maxCount: 5 }))
    expect(limited).toHaveLength(1504)
    const filtered = await eventsOf(store.readAll({ maxCount: 2, filter: { streamPrefixes: ['s7', 's2'] } }))
    expect(filtered.map(({ stream }) => stream)).toEqual(['s2', 's2'])
  })

  it('asks for fewer events at once when they are large', async () => {
    const store = await openLog(newFile())
    const text = 'x'.repeat(500_000)
    for (let n = 0; n < 200; n++) await store.append([{ stream: 'a', expected: 'any', events: [newEvent({ text })] }])
    const sizes: number[] = []
    for await (const batch of store.readAll()) sizes.push(batch.length)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(64)
    expect(sizes.at(-2)).toBeLessThanOrEqual(16)
  })

  it('gives a subscription what this process writes at once, and what it missed from the file', async () => {
    const file = newFile()
    const [store, other] = [await openLog(file), await openLog(file)]
    const batches = store.subscribe()[Symbol.asyncIterator]()
    expect((await batches.next()).value).toEqual({ events: [], position: 0, caughtUp: true })
    const event = newEvent({ deep: { list: [1, 2] } })
    const pending = batches.next()
    await store.append([{ stream: 'a', expected: 'no-stream', events: [event] }])
    const { value } = await pending
    expect(value).toEqual({
      events: [{ ...event, stream: 'a', revision: 0, position: 1 }],
      position: 1,
      caughtUp: true,
    })
    expect(Object.isFrozen(value.events[0].data.deep.list)).toBe(true)
    await other.append([{ stream: 'b', expected: 'no-stream', events: newEvents(2) }])
    await store.append([{ stream: 'a', expected: 0, events: newEvents(1) }])
    const seen: number[] = []
    while (seen.length < 3)
      seen.push(...(await batches.next()).value.events.map((found: { position: number }) => found.position))
    expect(seen).toEqual([2, 3, 4])
    await batches.return?.()
  })

  it('keeps little for a subscription that is slow', async () => {
    const store = await openLog(newFile())
    const batches = store.subscribe()[Symbol.asyncIterator]()
    await batches.next()
    for (let n = 0; n < 50; n++)
      await Promise.all(
        Array.from({ length: 20 }, () => store.append([{ stream: 'a', expected: 'any', events: newEvents(10) }])),
      )
    let count = 0
    let largest = 0
    while (count < 10_000) {
      const { events } = (await batches.next()).value
      count += events.length
      largest = Math.max(largest, events.length)
    }
    expect(count).toBe(10_000)
    expect(largest).toBeLessThanOrEqual(521)
    await batches.return?.()
  })
})
