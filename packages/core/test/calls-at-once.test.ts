import { getEventListeners } from 'node:events'
import { createMicro, type Micro } from '@micro/core'
import { describe, expect, it } from 'vitest'

async function started(add: (micro: Micro) => void, concurrency = 2): Promise<Micro> {
  const micro = createMicro({ name: 'calculator', concurrency })
  add(micro)
  await micro.start()
  return micro
}

describe('an action that answers at once', () => {
  it('is not asked when its caller has gone already', async () => {
    let asked = 0
    await using micro = await started((service) => service.add('count', () => ++asked))
    const gone = micro.act('count', {}, { signal: AbortSignal.abort() })
    await expect(gone).rejects.toMatchObject({ code: 'MICRO_CANCELLED', outcome: 'none', service: 'calculator' })
    expect(asked).toBe(0)
  })

  it('gives its slot back whatever becomes of it', async () => {
    await using micro = await started((service) =>
      service.add('fail', () => {
        throw new RangeError('no')
      }),
    )
    for (let call = 0; call < 5; call++)
      await expect(micro.act('fail')).rejects.toMatchObject({ code: 'MICRO_INTERNAL', service: 'calculator' })
  })

  it('is refused with a typed error while every slot is taken', async () => {
    let release: (answer: string) => void = () => undefined
    const held = new Promise<string>((resolve) => (release = resolve))
    await using micro = await started((service) => service.add('wait', () => held).add('answer', () => 'at once'), 1)
    const waiting = micro.act('wait')
    await expect(micro.act('answer')).rejects.toMatchObject({ code: 'MICRO_OVERLOADED', service: 'calculator' })
    release('done')
    expect(await waiting).toBe('done')
    expect(await micro.act('answer')).toBe('at once')
  })

  it('rejects and never throws, whatever is wrong with the call', async () => {
    await using micro = await started((service) => service.add('answer', () => 1))
    for (const call of [() => micro.act(7 as never), () => micro.act('nothing'), () => micro.call(7 as never)])
      await expect(call()).rejects.toBeInstanceOf(Error)
  })
})

describe('a signal that many calls have', () => {
  it('ends those that are under way, and has one listener however many there were', async () => {
    await using micro = await started(
      (service) => service.add('answer', async () => 'done').add('wait', () => new Promise(() => undefined)),
      10,
    )
    const leaving = new AbortController()
    const { signal } = leaving
    for (let call = 0; call < 5; call++) expect(await micro.act('answer', {}, { signal })).toBe('done')
    const waiting = ['one', 'other'].map(() => micro.act('wait', {}, { signal }).catch((error: unknown) => error))
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    leaving.abort()
    const ended = { code: 'MICRO_CANCELLED', outcome: 'unknown', service: 'calculator' }
    expect(await Promise.all(waiting)).toEqual([expect.objectContaining(ended), expect.objectContaining(ended)])
    await expect(micro.act('answer', {}, { signal })).rejects.toMatchObject({ code: 'MICRO_CANCELLED' })
    // Their slots are free again.
    expect(await Promise.all(Array.from({ length: 10 }, () => micro.act('answer')))).toHaveLength(10)
  })
})
