import { describe, expect, it } from 'vitest'
import { Lanes, type Ticket } from './lanes.ts'

const join = (lanes: Lanes, ...names: string[]): Ticket => {
  const ticket = lanes.join(names)
  if (ticket === undefined) throw new Error('the lane is full')
  return ticket
}

describe('lanes', () => {
  it('let the first begin at once and the next when it leaves', () => {
    const lanes = new Lanes(10)
    const order: string[] = []
    const first = join(lanes, 'a')
    const second = join(lanes, 'a')
    second.whenFirst(() => order.push('second'))
    expect([first.ahead, second.ahead]).toEqual([0, 1])
    first.leave()
    expect(order).toEqual(['second'])
  })

  it('let a ticket begin only when it is first in all of its lanes', () => {
    const lanes = new Lanes(10)
    const order: string[] = []
    const a = join(lanes, 'a')
    const b = join(lanes, 'b')
    const both = join(lanes, 'a', 'b')
    const later = join(lanes, 'b')
    both.whenFirst(() => order.push('both'))
    later.whenFirst(() => order.push('later'))
    b.leave()
    expect(order).toEqual([])
    a.leave()
    expect(order).toEqual(['both'])
    both.leave()
    expect(order).toEqual(['both', 'later'])
  })

  it('pass over one that left while it waited', () => {
    const lanes = new Lanes(10)
    const order: string[] = []
    const first = join(lanes, 'a')
    const gone = join(lanes, 'a')
    const third = join(lanes, 'a')
    gone.whenFirst(() => order.push('gone'))
    third.whenFirst(() => order.push('third'))
    gone.leave()
    first.leave()
    expect(order).toEqual(['third'])
  })

  it('keep one lane when a ticket leaves all others', () => {
    const lanes = new Lanes(10)
    const ticket = join(lanes, 'stream', 'id')
    ticket.leave('id')
    expect(join(lanes, 'stream').ahead).toBe(0)
    expect(join(lanes, 'id').ahead).toBe(1)
  })

  it('refuse one too many, and join none of its lanes then', () => {
    const lanes = new Lanes(1)
    join(lanes, 'full')
    expect(lanes.join(['empty', 'full'])).toBeUndefined()
    expect(join(lanes, 'empty').ahead).toBe(0)
  })

  it('remember nobody who has left', () => {
    const lanes = new Lanes(10)
    const tickets = Array.from({ length: 5 }, (_, at) => join(lanes, 'a', `b${at}`))
    for (const ticket of tickets) ticket.leave()
    expect(lanes.size).toBe(0)
  })
})
