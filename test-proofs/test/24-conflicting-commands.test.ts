import { scaled } from '@micro/testkit'
import { describe, expect, it } from 'vitest'
import { BANK } from './support/bank.ts'
import { deploy, PLACES_WITH_NATS } from './support/deployment.ts'
import { inParallel, upTo } from './support/in-parallel.ts'
import { refusalOf } from './support/refused.ts'
import { THEATRE } from './support/theatre.ts'

const COMMANDS = scaled(2_000, 200)
const AT_ONCE = 64

/** A first try, and 5 after conflicts. */
const MOST_DECISIONS = 6

/** What says "no" and is sure of it; all else would be a fault or a livelock. */
const REJECTIONS = ['MICRO_RULE_BROKEN', 'MICRO_CONFLICT']

describe.each(PLACES_WITH_NATS)('conflicting commands on one aggregate, two instances in %s', (place) => {
  it(`[24] ${COMMANDS} bookings: every seat is sold, none twice`, async () => {
    const seats = COMMANDS / 2
    await using deployment = await deploy(place, { service: THEATRE, options: { seats } })
    const { instances } = deployment
    const codes = await inParallel(upTo(COMMANDS), AT_ONCE, (_, index) =>
      refusalOf((instances[index % 2] ?? instances[0]).ask({ action: 'book seat', payload: { show: 'hamlet' } })),
    )
    const booked = codes.filter((code) => code === undefined).length
    const rejected = codes.filter((code) => code !== undefined && REJECTIONS.includes(code)).length
    expect(booked + rejected).toBe(COMMANDS)
    expect(booked).toBe(seats)
    const log = await deployment.log()
    expect(log.map(({ type, revision }) => [type, revision])).toEqual(
      upTo(seats).map((revision) => ['seat booked', revision]),
    )
    for (const instance of instances) {
      const { response } = await instance.ask({ action: 'most decisions' })
      expect(response).toBeLessThanOrEqual(MOST_DECISIONS)
    }
  })

  it(`[24] ${COMMANDS} withdrawals and deposits: the balance is never below zero`, async () => {
    await using deployment = await deploy(place, { service: BANK })
    const { instances } = deployment
    await instances[0].ask({ action: 'open account', payload: { account: 'a', owner: 'ann' } })
    const codes = await inParallel(upTo(COMMANDS), AT_ONCE, (_, index) => {
      // More goes out than comes in, so that withdrawals are refused all the time.
      const [action, amount] = index % 3 === 0 ? ['deposit money', 3] : ['withdraw money', 1 + (index % 4)]
      const instance = instances[Math.floor(index / 3) % 2] ?? instances[0]
      return refusalOf(instance.ask({ action: String(action), payload: { account: 'a', amount } }))
    })
    const done = codes.filter((code) => code === undefined).length
    const rejected = codes.filter((code) => code !== undefined && REJECTIONS.includes(code)).length
    expect(done + rejected).toBe(COMMANDS)
    expect(codes).toContain('MICRO_RULE_BROKEN')
    const [, ...movements] = await deployment.log()
    expect(movements).toHaveLength(done)
    let balance = 0
    let lowest = 0
    for (const { type, data } of movements) {
      balance += (type === 'money deposited' ? 1 : -1) * Number(data['amount'])
      lowest = Math.min(lowest, balance)
    }
    expect(lowest).toBe(0)
    const { positions } = await instances[0].ask({
      action: 'deposit money',
      payload: { account: 'a', amount: 1 },
    })
    for (const instance of instances) {
      const { response } = await instance.ask({ action: 'account', payload: { account: 'a' }, positions })
      expect(response).toMatchObject({ balance: balance + 1 })
    }
  })
})
