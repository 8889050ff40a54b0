import { afterEach, describe, expect, it } from 'vitest'
import {
  createMicro,
  defineAction,
  memoryTransport,
  type Micro,
  type MicroOptions,
  type TransportProvider,
} from '@micro/core'
import { capturedLogger, type LogEntry } from './support/captured-logger.ts'

const text = { type: 'string' } as const
const Old = { type: 'object', properties: { name: text }, required: ['name'] } as const
const Wider = { type: 'object', properties: { name: text, title: text }, required: ['name'] } as const
const Narrower = { type: 'object', properties: { name: text, title: text }, required: ['name', 'title'] } as const
const Empty = { type: 'object', properties: {} } as const

const services: Micro[] = []
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()))
})

interface Version {
  readonly version: string
  readonly payload: typeof Old | typeof Wider | typeof Narrower
  readonly response?: typeof Old | typeof Empty
}

const entries: LogEntry[] = []

async function start(
  transport: TransportProvider,
  { version, payload, response }: Version,
  contradictions?: MicroOptions['contradictions'],
): Promise<Micro> {
  const greet = defineAction('greet', { service: 'greeter', payload, ...(response === undefined ? {} : { response }) })
  const micro = createMicro({
    name: 'greeter',
    version,
    transport,
    modules: [capturedLogger(entries)],
    ...(contradictions === undefined ? {} : { contradictions }),
  }).add(greet, () => ({ name: 'x' }))
  services.push(micro)
  await micro.start()
  return micro
}

const told = (): readonly unknown[] => entries.filter(({ level }) => level === 'warn').map(({ fields }) => fields)

/** The warning comes beside the start. */
async function untilTold(): Promise<readonly unknown[]> {
  while (told().length === 0) await new Promise((resolve) => setImmediate(resolve))
  return told()
}

describe('a service whose actions contradict those of a running instance', () => {
  afterEach(() => entries.splice(0))

  it.each<[string, Version, Version, RegExp]>([
    [
      'a newer one wants more',
      { version: '1.0.0', payload: Old },
      { version: '1.1.0', payload: Narrower },
      /1\.0\.0 takes: \/title must/,
    ],
    [
      'an older one takes less',
      { version: '1.1.0', payload: Old },
      { version: '1.0.0', payload: Wider },
      /1\.0\.0 takes: \/title is not taken/,
    ],
    [
      'they have the same version',
      { version: '1.0.0', payload: Wider },
      { version: '1.0.0', payload: Old },
      /1\.0\.0 takes/,
    ],
    [
      'a newer one answers less',
      { version: '1.0.0', payload: Old, response: Old },
      { version: '1.1.0', payload: Old, response: Empty },
      /do not expect: \/name must be there/,
    ],
  ])('says so when %s', async (_, running, started, message) => {
    const transport = memoryTransport()
    await start(transport, running)
    await start(transport, started)
    const [{ contradictions }] = (await untilTold()) as [{ contradictions: unknown[] }]
    expect(contradictions).toEqual([
      {
        action: 'greet',
        instance: expect.any(String) as string,
        version: running.version,
        message: expect.stringMatching(message) as string,
      },
    ])
  })

  it('is not started where that is refused, and serves nothing', async () => {
    const transport = memoryTransport()
    const running = await start(transport, { version: '1.0.0', payload: Old })
    await expect(start(transport, { version: '1.1.0', payload: Narrower }, 'refuse')).rejects.toMatchObject({
      code: 'MICRO_WIRING',
      message: expect.stringContaining('"greet" contradicts version 1.0.0') as string,
      details: { problems: [{ remedy: expect.stringContaining('major version') as string }] },
    })
    expect(await running.services()).toHaveLength(1)
  })

  it.each<[string, Version, Version]>([
    ['a newer one takes more', { version: '1.0.0', payload: Old }, { version: '1.1.0', payload: Wider }],
    ['an older one joins it', { version: '1.10.0', payload: Wider }, { version: '1.9.0', payload: Old }],
    ['the major version is another', { version: '1.0.0', payload: Old }, { version: '2.0.0', payload: Narrower }],
    ['they are the same', { version: '1.0.0', payload: Old }, { version: '1.0.0', payload: Old }],
  ])('is started where contradictions are refused when %s', async (_, running, started) => {
    const transport = memoryTransport()
    await start(transport, running)
    await start(transport, started, 'refuse')
    expect(told()).toEqual([])
  })

  it('knows no other answer', () => {
    expect(() => createMicro({ name: 'greeter', contradictions: 'maybe' as never })).toThrow(
      /contradictions is 'maybe'|contradictions is "maybe"/,
    )
  })
})
