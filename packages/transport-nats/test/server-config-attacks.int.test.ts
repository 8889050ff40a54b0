// Each attack is made twice: without permissions, where it must succeed, and under the generated configuration.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { natsTransport } from '../src/index.ts'
import { testHost } from './support/handles.ts'
import { attacks, listenTo, othersSubjects, queues } from './support/server-config/attacks.ts'
import { deputies } from './support/server-config/deputies.ts'
import { overreaches } from './support/server-config/overreaches.ts'
import { strangers } from './support/server-config/strangers.ts'
import { Scene } from './support/server-config/scene.ts'
import { isServerAbsent, natsServers } from './support/servers.ts'

describe.skipIf(isServerAbsent).each(natsServers)('nats-server $version', ({ path, version }) => {
  let open: Scene
  let guarded: Scene
  beforeAll(async () => {
    open = await Scene.start(path, false)
    guarded = await Scene.start(path, true)
  })
  afterAll(async () => {
    await open[Symbol.asyncDispose]()
    await guarded[Symbol.asyncDispose]()
  })

  it.each(othersSubjects)('[87] a valid user of another service reads nothing of %s, in no queue', async (subject) => {
    for (const queue of queues) {
      const how = queue === undefined ? 'alone' : `in the queue ${queue}`
      {
        await using rogue = await open.rogue()
        const { read } = await listenTo(open, rogue, subject, queue)
        expect(read, `control, ${how}`).toBeGreaterThan(0)
      }
      await using rogue = await guarded.rogue()
      const got = await listenTo(guarded, rogue, subject, queue)
      const result = { how, ...got, denied: [...rogue.denied] }
      expect(result).toEqual({ how, read: 0, forged: 0, denied: [subject] })
    }
  })

  const isKnown = ({ sinceVersion }: { readonly sinceVersion?: string }): boolean =>
    sinceVersion === undefined || version.localeCompare(sinceVersion, 'en', { numeric: true }) >= 0
  it.each(attacks.filter(isKnown))(
    '[87] a valid user of another service $name, in vain',
    async ({ proves, attempt }) => {
      {
        await using rogue = await open.rogue()
        expect((await attempt(open, rogue))[proves], 'control').toBeGreaterThan(0)
        expect([...rogue.denied], 'control').toEqual([])
      }
      await using rogue = await guarded.rogue()
      expect(await attempt(guarded, rogue)).toEqual({ read: 0, forged: 0 })
      expect([...rogue.denied]).not.toEqual([])
    },
  )

  it.each(deputies)('[87] a valid user of another service $name, in vain', async ({ control, attempt }) => {
    for (const scene of [open, guarded]) {
      {
        await using rogue = await scene.rogue()
        expect(await control(scene, rogue), 'control').toBeGreaterThan(0)
      }
      await using rogue = await scene.rogue()
      expect(await attempt(scene, rogue)).toBe(0)
    }
  })

  it.each(overreaches)('[87] a service whose user is another, $name, gets a typed error', async ({ attempt }) => {
    await expect(attempt(open, open.rogueOptions()), 'control').resolves.toBeUndefined()
    await expect(attempt(guarded, guarded.rogueOptions())).rejects.toMatchObject({
      code: 'MICRO_FORBIDDEN',
      outcome: 'none',
      retryable: false,
    })
    expect(await guarded.traffic(), 'forged answers').toBe(0)
  })

  it.each(strangers)('[87] $name is refused', async ({ credentials }) => {
    const join = async ({ url }: Scene): Promise<void> => {
      const options = { servers: url, ...(credentials === undefined ? {} : { credentials }) }
      const transport = await natsTransport(options).open(testHost().host)
      await transport.close({ deadlineMs: 0 })
    }
    await expect(join(open), 'control').resolves.toBeUndefined()
    await expect(join(guarded)).rejects.toMatchObject({
      code: 'MICRO_UNAUTHENTICATED',
      outcome: 'none',
      retryable: false,
    })
  })
})
