import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import {
  createMicro,
  defineModule,
  memoryEventStore,
  memoryProjectionStore,
  memoryTransport,
  stderrLogger,
  systemRuntime,
  type Host,
  type IoOptions,
  type ModuleDefinition,
  type Provider,
} from '@micro/core'
import { accountView, bankSheets, depositMoney, openAccount } from './support/bank.ts'
import { decorated } from './support/decorated-store.ts'
import { capturedLogger, type LogEntry } from './support/captured-logger.ts'

/** The provider, noting when its ports are opened and closed. */
function noting<Port extends object, Capabilities>(
  name: string,
  notes: string[],
  provider: Provider<Port, Capabilities>,
): Provider<Port, Capabilities> {
  return {
    ...provider,
    async open(host) {
      notes.push(`open ${name}`)
      const port = await provider.open(host)
      return new Proxy(port, {
        get(target, key) {
          const value: unknown = Reflect.get(target, key, target)
          if (key === 'close') notes.push(`close ${name}`)
          return typeof value === 'function' ? value.bind(target) : value
        },
      })
    },
  }
}

function notingModule(
  name: string,
  notes: string[],
  options: Partial<Parameters<typeof defineModule>[0]> = {},
): ModuleDefinition {
  return defineModule({
    name,
    create: () => void notes.push(`create ${name}`),
    start: () => void notes.push(`start ${name}`),
    stop: () => void notes.push(`stop ${name}`),
    ...options,
  })
}

function notedPorts(notes: string[]) {
  return {
    transport: noting('transport', notes, memoryTransport()),
    store: noting('store', notes, memoryEventStore()),
    projections: noting('projections', notes, memoryProjectionStore()),
  }
}

describe('a service', () => {
  it('opens nothing before start', () => {
    const notes: string[] = []
    createMicro({ name: 'bank', ...notedPorts(notes), modules: [notingModule('a', notes)] })
    expect(notes).toEqual([])
  })

  it('starts logger, ports and modules in order, and stops them in reverse', async () => {
    const notes: string[] = []
    const logging = notingModule('log', notes, {
      provides: 'logger',
      create: () => {
        notes.push('create log')
        return capturedApi
      },
    })
    const capturedApi = await capturedLogger().create?.({} as never)
    const base = notingModule('base', notes)
    const top = notingModule('top', notes, { load: [base] })
    const micro = createMicro({ name: 'bank', ...notedPorts(notes), modules: [top, logging] })
    await micro.start()
    expect(notes).toEqual([
      'create log',
      'open transport',
      'open store',
      'open projections',
      'create base',
      'create top',
      'start log',
      'start base',
      'start top',
    ])
    notes.length = 0
    await micro.stop()
    expect(notes).toEqual(['stop top', 'stop base', 'close projections', 'close store', 'close transport', 'stop log'])
  })

  it('closes what it opened when a module fails to start, and tells why', async () => {
    const notes: string[] = []
    const broken = notingModule('broken', notes, { start: () => Promise.reject(new RangeError('no')) })
    const micro = createMicro({
      name: 'bank',
      ...notedPorts(notes),
      modules: [notingModule('a', notes), broken, capturedLogger()],
    })
    await expect(micro.start()).rejects.toThrow('no')
    expect(notes.slice(-5)).toEqual(['stop broken', 'stop a', 'close projections', 'close store', 'close transport'])
    await expect(micro.act('anything')).rejects.toMatchObject({ code: 'MICRO_UNAVAILABLE' })
    await micro.stop()
  })

  it('fails to start, instead of waiting for ever, when the log cannot be followed', async () => {
    const store = memoryEventStore()
    const later = {
      id: '00000000-0000-4000-8000-000000000001',
      type: 'account opened',
      data: {},
      time: new Date(0).toISOString(),
      metadata: { format: 2, service: 'bank', commandId: 'x', index: 0, count: 1 },
    }
    const opened = await store.open({ runtime: systemRuntime(), logger: stderrLogger(), service: 'x', instance: 'y' })
    await opened.append([{ stream: 'bank/later', expected: 'no-stream', events: [later] }])
    const micro = createMicro({ name: 'bank', store, modules: [capturedLogger()], sheets: bankSheets })
    await expect(micro.start()).rejects.toMatchObject({ code: 'MICRO_NOT_SUPPORTED' })
    await micro.stop()
    expect(micro.health().status).toBe('stopped')
  })

  it('that is stopped while it starts does not wait for what never comes', async () => {
    const store = decorated(memoryEventStore(), () => ({ head: () => Promise.resolve(99) }))
    const micro = createMicro({ name: 'bank', store, modules: [capturedLogger()], sheets: bankSheets })
    const starting = micro.start().catch((error: unknown) => error)
    await micro.stop()
    expect(await starting).toMatchObject({ code: 'MICRO_UNAVAILABLE' })
  })

  it.each(['transport', 'store', 'projections'] as const)(
    'that is stopped while its %s waits for a server does not wait with it',
    async (port) => {
      const open = (_: Host, { signal }: IoOptions = {}): Promise<never> =>
        new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)))
      const ports = { transport: memoryTransport(), store: memoryEventStore(), projections: memoryProjectionStore() }
      const waiting = { ...ports, [port]: { ...ports[port], open } }
      const micro = createMicro({ name: 'bank', ...waiting, modules: [capturedLogger()] })
      const starting = micro.start().catch((error: unknown) => error)
      await micro.stop()
      expect(await starting).toMatchObject({ code: 'MICRO_UNAVAILABLE' })
      expect(micro.health().status).toBe('stopped')
    },
  )

  it('closes the rest though a part fails to close, and logs it once', async () => {
    const notes: string[] = []
    const entries: LogEntry[] = []
    const broken = notingModule('broken', notes, { stop: () => Promise.reject(new RangeError('no')) })
    const micro = createMicro({ name: 'bank', ...notedPorts(notes), modules: [broken, capturedLogger(entries)] })
    await micro.start()
    await micro.stop()
    expect(notes.slice(-3)).toEqual(['close projections', 'close store', 'close transport'])
    expect(entries.filter(({ level }) => level === 'error')).toHaveLength(1)
  })

  it('starts and stops once, however often it is asked', async () => {
    const notes: string[] = []
    const micro = createMicro({ name: 'bank', ...notedPorts(notes) })
    await Promise.all([micro.start(), micro.start()])
    await Promise.all([micro.stop(), micro.stop()])
    expect(notes.filter((note) => note === 'open store')).toHaveLength(1)
    expect(notes.filter((note) => note === 'close store')).toHaveLength(1)
    await expect(micro.start()).rejects.toThrow(TypeError)
  })

  it('answers what was asked before it has started', async () => {
    const micro = createMicro({ name: 'bank', sheets: bankSheets })
    const answer = micro.act(openAccount, { account: 'alice', owner: 'Alice' })
    await micro.start()
    await expect(answer).resolves.toEqual({ balance: 0 })
    await micro.stop()
  })

  it('does not let a caller wait for ever when it is never started', async () => {
    const micro = createMicro({ name: 'bank', timeoutMs: 30, sheets: bankSheets })
    await expect(micro.act(accountView, { account: 'x' })).rejects.toMatchObject({
      code: 'MICRO_UNAVAILABLE',
      message: expect.stringContaining('call start()') as string,
    })
  })

  it('takes no new calls once it stops, but ends those under way', async () => {
    let begin: () => void = () => undefined
    const begun = new Promise<void>((resolve) => (begin = resolve))
    let release: () => void = () => undefined
    const released = new Promise<void>((resolve) => (release = resolve))
    const micro = createMicro({ name: 'worker' }).add('work', async () => {
      begin()
      await released
      return 'done'
    })
    await micro.start()
    const working = micro.act('work')
    await begun
    const stopping = micro.stop()
    await expect(micro.act('work')).rejects.toMatchObject({ code: 'MICRO_UNAVAILABLE', outcome: 'none' })
    release()
    await expect(working).resolves.toBe('done')
    await stopping
  })

  it('tells callers that are still waiting when its time to stop is over', async () => {
    const micro = createMicro({ name: 'worker', stopTimeoutMs: 20 }).add('hang', () => new Promise(() => undefined))
    await micro.start()
    const hanging = micro.act('hang')
    const told = hanging.catch((error: unknown) => error)
    await micro.stop()
    expect(await told).toMatchObject({ code: 'MICRO_UNAVAILABLE' })
  })

  it('that fails is logged once, drained, and tells its modules', async () => {
    const entries: LogEntry[] = []
    const fatal: unknown[] = []
    const listener = defineModule({
      name: 'listener',
      create: ({ onFatal }) => onFatal((error) => void fatal.push(error.code)),
    })
    const micro = createMicro({ name: 'worker', modules: [capturedLogger(entries), listener] })
    await micro.start()
    micro.fail(new RangeError('broken'))
    micro.fail(new RangeError('again'))
    await expect(micro.stopped).resolves.toMatchObject({ code: 'MICRO_INTERNAL' })
    await expect.poll(() => fatal).toEqual(['MICRO_INTERNAL'])
    expect(entries.filter(({ level }) => level === 'fatal')).toHaveLength(1)
    expect(micro.health().status).toBe('stopped')
  })

  it('takes no payload for an empty one where an object is wanted', async () => {
    await using micro = createMicro({ name: 'bank', sheets: bankSheets })
    await micro.start()
    await expect(micro.act('account')).rejects.toMatchObject({
      code: 'MICRO_INVALID',
      details: { problems: [{ path: '/account' }] },
    })
  })

  it('is stopped by await using', async () => {
    let status: () => string
    {
      await using micro = createMicro({ name: 'worker' })
      await micro.start()
      status = () => micro.health().status
    }
    expect(status()).toBe('stopped')
  })

  it('gives programs the raw log, history and then live', async () => {
    const store = memoryEventStore()
    const micro = createMicro({ name: 'bank', store, sheets: bankSheets })
    await micro.start()
    await micro.act(openAccount, { account: 'alice', owner: 'Alice' })
    const seen: string[] = []
    const reading = (async () => {
      for await (const events of micro.events.subscribe({ types: ['account opened', 'money deposited'] })) {
        seen.push(...events.map(({ type }) => type))
        if (seen.length === 2) return
      }
    })()
    await micro.act(depositMoney, { account: 'alice', amount: 1 })
    await reading
    expect(seen).toEqual(['account opened', 'money deposited'])
    let read = 0
    for await (const events of micro.events.subscribe({ live: false })) read += events.length
    expect(read).toBe(2)
    await micro.stop()
  })

  it('keeps the process alive while somebody waits for an answer, and no longer', async () => {
    const [loader, program] = ['../../../scripts/typescript-loader.mjs', './fixtures/waiting-program.ts'].map((path) =>
      fileURLToPath(new URL(path, import.meta.url)),
    )
    const command = ['--conditions=@micro/source', `--import=${loader}`, String(program)]
    const { stdout } = await promisify(execFile)(process.execPath, command)
    expect(stdout).toBe('started\nMICRO_TIMEOUT\n')
  })

  it('can be started and stopped a hundred times without leaving anything behind', async () => {
    const handles = () => process.getActiveResourcesInfo().length
    const once = async () => {
      const micro = createMicro({ name: 'worker' }).add('work', () => 1)
      await micro.start()
      await micro.act('work')
      await micro.stop()
    }
    await once()
    const before = handles()
    for (let count = 0; count < 100; count++) await once()
    expect(handles()).toBeLessThanOrEqual(before)
  })
})

describe('modules', () => {
  it('are made once when shared, and anew for each loader when exclusive', async () => {
    const shared = defineModule({ name: 'shared', create: () => ({}) })
    const exclusive = defineModule({ name: 'exclusive', scope: 'exclusive', create: () => ({}) })
    const apis: unknown[] = []
    const loader = (name: string) =>
      defineModule({
        name,
        load: [shared, exclusive],
        create: ({ load }) => void apis.push(load(shared), load(exclusive)),
      })
    const micro = createMicro({ name: 'worker', modules: [loader('a'), loader('b')] })
    await micro.start()
    expect(apis[0]).toBe(apis[2])
    expect(apis[1]).not.toBe(apis[3])
    await micro.stop()
  })

  it('join the service with sheets and actions, whose handlers load what the module loads', async () => {
    const tools = defineModule({ name: 'tools', create: () => ({ answer: 42 }) })
    const helper = defineModule({
      name: 'helper',
      load: [tools],
      actions: { 'ask helper': (_, { load }) => load(tools).answer },
    })
    const micro = createMicro({ name: 'worker', modules: [helper, capturedLogger()] }).add(
      'ask tools',
      (_, { load }) => load(tools).answer,
    )
    await micro.start()
    await expect(micro.act('ask helper')).resolves.toBe(42)
    // The service itself loads what is composed, which tools is not.
    await expect(micro.act('ask tools')).rejects.toMatchObject({ code: 'MICRO_INTERNAL' })
    await micro.stop()
  })
})
