import { scaled } from '@micro/testkit'
import { describe, expect, it } from 'vitest'
import { askAgain } from './support/ask-again.ts'
import { deploy, PLACES_WITH_NATS } from './support/deployment.ts'
import { inParallel, upTo } from './support/in-parallel.ts'
import type { Answer, Instance } from './support/instance.ts'
import { PROBE } from './support/probe.ts'

const REPLIES = scaled(500, 50)
const AT_ONCE = 16

describe.each(PLACES_WITH_NATS)('a command whose reply was lost, in %s', (place) => {
  it(`[26] ${REPLIES} times: the repeat there, elsewhere and after a restart gets the same events and position`, async () => {
    await using deployment = await deploy(place, { service: PROBE })
    const [one, other] = deployment.instances
    const give = (instance: Instance, order: number): Promise<Answer> =>
      askAgain(instance, {
        action: 'note',
        payload: { stream: `stream-${order % 5}`, count: 1 + (order % 3) },
        commandId: `order-${order}`,
      })
    const orders = upTo(REPLIES)
    // What came back here is what the caller never gets to see.
    const lost = await inParallel(orders, AT_ONCE, (order) => give(order % 2 === 0 ? one : other, order))
    const log = await deployment.log()

    const expectTheSame = async (instance: Instance): Promise<void> => {
      const repeats = await inParallel(orders, AT_ONCE, (order) => give(instance, order))
      expect(repeats.map(({ response }) => response)).toEqual(lost.map(({ response }) => response))
      expect(repeats.map(({ positions }) => positions)).toEqual(lost.map(({ positions }) => positions))
      expect(new Set(repeats.map(({ repeated }) => repeated))).toEqual(new Set([true]))
    }
    for (const instance of [one, other]) await expectTheSame(instance)
    await Promise.all([one.stop(), other.stop()])
    await expectTheSame(await deployment.start())
    expect(await deployment.log()).toEqual(log)
    expect(log).toHaveLength(orders.reduce((sum, order) => sum + 1 + (order % 3), 0))
  })

  it('[26] also when the repeat comes at once, to an instance that has not seen the first run yet', async () => {
    await using deployment = await deploy(place, { service: PROBE })
    const [one, other] = deployment.instances
    for (const order of upTo(REPLIES)) {
      const call = { action: 'note', payload: { stream: 'one' }, commandId: `order-${order}` }
      const lost = await one.ask(call)
      const repeat = await other.ask(call)
      expect([repeat.response, repeat.positions]).toEqual([lost.response, lost.positions])
    }
    expect(await deployment.log()).toHaveLength(REPLIES)
  })
})
