import assert from 'node:assert/strict'
import type { JsonValue, Transport } from '@micro/core'
import type { RegisterChecks } from './register-checks.ts'
import { gate } from './transport-bench.ts'

const LAST = 'last'

/** Listens until the last message, and tells what came before it. */
async function listen(
  transport: Transport,
  subject: string,
  onMessage: (body: JsonValue | undefined) => unknown = () => undefined,
): Promise<{ readonly bodies: (JsonValue | undefined)[]; readonly ended: Promise<void> }> {
  const bodies: (JsonValue | undefined)[] = []
  const { passed, pass } = gate()
  await transport.subscribe(subject, async ({ body }) => {
    if (body === LAST) return pass()
    bodies.push(body)
    await onMessage(body)
  })
  return { bodies, ended: passed }
}

/** Messages to everyone, and to one of a queue. */
export const registerPublishingChecks: RegisterChecks = ({ check }) => {
  check('TR-PUBLISH', 'reaches every subscriber of the subject, in order, and no other', async (bench) => {
    const network = await bench.network()
    const [one, two, publisher] = [await network.open(), await network.open(), await network.open()]
    const listeners = await Promise.all([one, two, publisher].map((transport) => listen(transport, 'micro.hint')))
    const other = await listen(two, 'micro.hint.other')
    await publisher.publish('micro.nobody', { headers: {}, body: 'lost' })
    for (let number = 0; number < 20; number++) await publisher.publish('micro.hint', { headers: {}, body: number })
    for (const subject of ['micro.hint', 'micro.hint.other'])
      await publisher.publish(subject, { headers: {}, body: LAST })
    await Promise.all([...listeners, other].map(({ ended }) => ended))
    for (const { bodies } of listeners) assert.deepEqual(bodies, [...Array.from({ length: 20 }).keys()])
    assert.deepEqual(other.bodies, [])
  })

  check(['TR-PUBLISH', 'TR-STOP'], 'reaches nobody who has stopped', async (bench) => {
    const [subscriber, publisher] = await bench.pair()
    const bodies: unknown[] = []
    const stop = await subscriber.subscribe('micro.hint', ({ body }) => void bodies.push(body))
    await stop()
    await stop()
    const { ended } = await listen(subscriber, 'micro.hint')
    await publisher.publish('micro.hint', { headers: {}, body: 1 })
    await publisher.publish('micro.hint', { headers: {}, body: LAST })
    await ended
    assert.deepEqual(bodies, [])
  })

  check(['TR-HEADERS', 'TR-COPY'], 'each subscriber has its own copy, with headers and subject', async (bench) => {
    const [subscriber, publisher] = await bench.pair()
    const seen: unknown[] = []
    const { passed, pass } = gate()
    for (let index = 0; index < 2; index++)
      await subscriber.subscribe('micro.hint', ({ subject, headers, body }) => {
        seen.push([subject, headers['micro-correlation-id'], JSON.stringify(body)])
        Object.assign(body as object, { changed: true })
        if (seen.length === 2) pass()
      })
    await publisher.publish('micro.hint', { headers: { 'Micro-Correlation-Id': 'c' }, body: { position: 7 } })
    await passed
    assert.deepEqual(
      seen,
      Array.from({ length: 2 }, () => ['micro.hint', 'c', '{"position":7}']),
    )
  })

  check('TR-QUEUE', 'each message goes to one subscriber of a queue, and to all others', async (bench) => {
    const network = await bench.network()
    const [one, two, publisher] = [await network.open(), await network.open(), await network.open()]
    const count = bench.scaled(400, 80)
    const got: unknown[] = []
    const workers = new Set<number>()
    const { passed, pass } = gate()
    for (const [index, transport] of [one, two].entries())
      await transport.subscribe(
        'micro.work',
        ({ body }) => {
          got.push(body)
          workers.add(index)
          if (got.length === count) pass()
        },
        { queue: 'workers' },
      )
    const audit = await listen(one, 'micro.work')
    for (let number = 0; number < count; number++) await publisher.publish('micro.work', { headers: {}, body: number })
    await passed
    await publisher.publish('micro.work', { headers: {}, body: LAST })
    await audit.ended
    assert.equal(audit.bodies.length, count)
    const numbers = [...got].filter((body) => body !== LAST)
    assert.deepEqual([numbers.length, new Set(numbers).size], [count, count], 'each once')
    assert.equal(workers.size, 2, 'both take part')
  })

  check('TR-SUBSCRIBER-ERROR', 'a failing subscriber harms nobody', async (bench) => {
    const [subscriber, publisher] = await bench.pair()
    const failing = await listen(subscriber, 'micro.hint', () => Promise.reject(new Error('meant to fail')))
    await subscriber.subscribe('micro.hint', () => {
      throw new Error('meant to fail')
    })
    const fine = await listen(subscriber, 'micro.hint')
    for (const body of [1, 2, LAST]) await publisher.publish('micro.hint', { headers: {}, body })
    await Promise.all([failing.ended, fine.ended])
    assert.deepEqual(fine.bodies, [1, 2])
    assert.deepEqual(failing.bodies, [1, 2])
  })
}
