import { describe, expect, it } from 'vitest'
import { deploy, PLACES_WITH_NATS } from './support/deployment.ts'
import { upTo } from './support/in-parallel.ts'
import { PROBE } from './support/probe.ts'
import { refusalOf } from './support/refused.ts'

const SENT = 10
const ROUNDS = 20

describe.each(PLACES_WITH_NATS)('the same command at once, on two instances in %s', (place) => {
  it(`[25] sent ${SENT} times: one event set, ${SENT} replies with the same events and position`, async () => {
    await using deployment = await deploy(place, { service: PROBE })
    const { instances } = deployment
    const at = (index: number): (typeof instances)[number] => instances[index % 2] ?? instances[0]
    for (const round of upTo(ROUNDS)) {
      const call = {
        action: 'note',
        payload: { stream: `stream-${round % 3}`, count: 1 + (round % 3) },
        commandId: `${round}`,
      }
      const replies = await Promise.all(upTo(SENT).map((index) => at(round + index).ask(call)))
      const [{ response, positions, commandId } = replies[0] as never] = replies
      expect(response).toMatchObject({ ids: expect.any(Array) as string[], position: expect.any(Number) as number })
      for (const reply of replies) expect(reply).toMatchObject({ response, positions, commandId })
      const log = await deployment.log()
      const written = upTo(round + 1).reduce((sum, each) => sum + 1 + (each % 3), 0)
      expect(log).toHaveLength(written)
      expect({
        ids: log.slice(-call.payload.count).map(({ id }) => id),
        position: log.at(-1)?.position,
      }).toEqual(response)
    }
  })

  it('[25] with two payloads: one is done, the other is refused on both instances and writes nothing', async () => {
    await using deployment = await deploy(place, { service: PROBE })
    const { instances } = deployment
    for (const round of upTo(ROUNDS)) {
      const commandId = `${round}`
      const codes = await Promise.all(
        upTo(SENT).map((index) => {
          const payload = { stream: 'one', count: 1 + (index % 2) }
          return refusalOf((instances[(index >> 1) % 2] ?? instances[0]).ask({ action: 'note', payload, commandId }))
        }),
      )
      // Five of each payload: those that came too late are refused, and nothing else is.
      const [even, odd] = [0, 1].map((rest) => codes.filter((_, index) => index % 2 === rest))
      const [done, refused] = even?.[0] === undefined ? [even, odd] : [odd, even]
      expect(done).toEqual(upTo(SENT / 2).map(() => undefined))
      expect(refused).toEqual(upTo(SENT / 2).map(() => 'MICRO_ID_REUSED'))
      for (const instance of instances)
        await expect(instance.ask({ action: 'note', payload: { stream: 'two' }, commandId })).rejects.toMatchObject({
          code: 'MICRO_ID_REUSED',
          outcome: 'none',
        })
    }
    const log = await deployment.log()
    const byCommand = new Map<unknown, number>()
    for (const { metadata, data } of log) {
      expect(data).toMatchObject({ stream: 'one', count: metadata['count'] })
      byCommand.set(metadata['commandId'], (byCommand.get(metadata['commandId']) ?? 0) + 1)
    }
    expect(byCommand.size).toBe(ROUNDS)
  })

  it('[25] from another subject is its own command', async () => {
    await using deployment = await deploy(place, { service: PROBE })
    const { instances } = deployment
    const subjects = [undefined, 'ann', 'bob']
    const ask = (index: number, subject: string | undefined): Promise<{ response: unknown }> =>
      (instances[index % 2] ?? instances[0]).ask({
        action: 'note',
        payload: { stream: 'one' },
        commandId: 'same',
        subject,
      })
    const answers = await Promise.all(
      upTo(4).flatMap((index) => subjects.map(async (subject) => (await ask(index, subject)).response)),
    )
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(subjects.length)
    const log = await deployment.log()
    expect(log).toHaveLength(subjects.length)
    expect(new Set(log.map(({ metadata }) => metadata['subject']))).toEqual(new Set(subjects))
  })
})
