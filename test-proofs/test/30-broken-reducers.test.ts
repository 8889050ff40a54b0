import { describe, expect, it } from 'vitest'
import { until } from '../../test-e2e/test/support/until.ts'
import { deploy, PLACES } from './support/deployment.ts'
import { sharedOrOwn } from './support/own-models.ts'
import { PROBE } from './support/probe.ts'

const halted = (outcome: 'none' | 'done'): object => ({ code: 'MICRO_PROJECTION_HALTED', outcome })

describe.each(PLACES)('two instances in %s', (place) => {
  describe.each(sharedOrOwn)('with %s models', (_, sharedModels) => {
    it('[30] a reducer that throws during a live command loses nothing, and is told before more is written', async () => {
      await using deployment = await deploy(place, { service: PROBE, sharedModels })
      const { instances } = deployment
      const [one, other] = instances
      await one.ask({ action: 'note', payload: { stream: 'before' } })
      await expect(
        one.ask({ action: 'note', payload: { stream: 'poison', at: 'reducer', fault: 'throw' } }),
      ).rejects.toMatchObject({
        ...halted('done'),
        details: { position: 2, eventType: 'noted', reason: 'reducer is broken' },
      })
      expect(await deployment.log()).toHaveLength(2)
      expect(await one.isReady()).toBe(false)
      await until('the other one has met the event as well', async () => !(await other.isReady()))

      for (const instance of instances)
        for (const stream of ['before', 'poison', 'after']) {
          await expect(instance.ask({ action: 'note', payload: { stream } })).rejects.toMatchObject(halted('none'))
          await expect(instance.ask({ action: 'notes', payload: { stream } })).rejects.toMatchObject(halted('none'))
        }
      expect(await deployment.log()).toHaveLength(2)

      await Promise.all(instances.map((instance) => instance.stop()))
      const mended = await deployment.start({ isMended: true })
      expect(await mended.isReady()).toBe(true)
      await mended.ask({ action: 'note', payload: { stream: 'after' } })
      const answers = ['before', 'poison', 'after'].map(async (stream) => {
        const { response } = await mended.ask({ action: 'notes', payload: { stream } })
        return response
      })
      expect(await Promise.all(answers)).toEqual([1, 1, 1])
      expect(await deployment.log()).toHaveLength(3)
    })
  })
})
