// Work whose caller has given up is not begun: a process that stood still wakes up to requests nobody waits for.
import { setTimeout as pause } from 'node:timers/promises'
import {
  createMicro,
  isMicroError,
  memoryEventStore,
  memoryTransport,
  type Micro,
  type RecordedEvent,
  type Runtime,
  systemRuntime,
} from '@micro/core'
import { scaled, seededRuntime } from '@micro/testkit'
import { Gate } from '@micro/testkit/faults'
import { describe, expect, it } from 'vitest'
import { silentModule } from '../../test-e2e/test/support/silent-logger.ts'
import { channelTransport } from './support/channel-transport.ts'
import { deployProcesses } from './support/deployment.ts'
import { upTo } from './support/in-parallel.ts'
import { lateTransport } from './support/late-transport.ts'
import { note, type Note, PAUSE_MS, PROBE, serviceOptions } from './support/probe.ts'
import { readLog } from './support/read-log.ts'
import { refusalOf } from './support/refused.ts'

const STOPS = scaled(100, 10)
const CALLS = 5
const TIMEOUT_MS = 60

const caller = (options: Partial<Parameters<typeof createMicro>[0]>): Micro =>
  createMicro({ name: 'caller', modules: [silentModule], ...options })

/** How a call whose caller gave up ended. */
async function giveUp(micro: Micro, payload: Note, commandId: string, timeoutMs = TIMEOUT_MS): Promise<void> {
  await expect(micro.act(note, payload, { commandId, timeoutMs })).rejects.toMatchObject({ code: 'MICRO_TIMEOUT' })
}

const streamsOf = (log: readonly RecordedEvent[]): ReadonlySet<unknown> =>
  new Set(log.map(({ data }) => data['stream']))

describe('a process that stands still (SIGSTOP)', () => {
  it(`[27] ${STOPS} times: what timed out meanwhile is not executed when it goes on`, async () => {
    await using deployment = await deployProcesses({ service: PROBE })
    const [instance] = deployment.instances
    const micro = caller({ transport: channelTransport(instance) })
    await using _micro = micro
    await micro.start()
    const fresh = (stream: string): Promise<unknown> => micro.act(note, { stream })
    // From now on the instance knows how far the caller's clock is from its own.
    for (const each of upTo(10)) await fresh(`known-${each}`)

    const wentOnAt: number[] = []
    for (const stop of upTo(STOPS)) {
      // Some are on their way through the rule when the process stops, the others have not arrived.
      const underWay = upTo(CALLS).map((each) =>
        refusalOf(
          micro.act(
            note,
            { stream: `under-way-${stop}`, at: 'validate', fault: 'pause' },
            { commandId: `${stop}-under-way-${each}`, timeoutMs: TIMEOUT_MS },
          ),
        ),
      )
      await fresh(`before-${stop}`)
      instance.signal('SIGSTOP')
      const ghosts = upTo(CALLS).map((each) => giveUp(micro, { stream: 'ghost' }, `${stop}-ghost-${each}`))
      // What was done before the process stopped is done; the rest is given up.
      for (const code of await Promise.all(underWay)) expect([undefined, 'MICRO_TIMEOUT']).toContain(code)
      await Promise.all(ghosts)
      wentOnAt.push(Date.now())
      instance.signal('SIGCONT')
      // On the streams of all that came before, so that it is answered after them.
      await Promise.all(['ghost', `under-way-${stop}`].map((stream) => fresh(stream)))
    }
    const log = await deployment.log()
    // One of each is the fresh call that came after.
    expect(log.filter(({ data }) => data['stream'] === 'ghost')).toHaveLength(STOPS)
    for (const stop of upTo(STOPS)) {
      const late = log.filter(
        ({ data, time }) => data['stream'] === `under-way-${stop}` && Date.parse(time) >= Number(wentOnAt[stop]),
      )
      expect(late).toHaveLength(1)
    }
  })
})

describe('in one process', () => {
  it(`[27] ${STOPS} times a connection that stalls: what timed out meanwhile is not executed when it goes on`, async () => {
    const runtime = seededRuntime({ seed: 27 })
    const transport = memoryTransport()
    const store = memoryEventStore()
    const arrivals = new Gate()
    const service = createMicro({
      store,
      runtime,
      ...serviceOptions({}),
      name: 'probe',
      modules: [silentModule],
      transport: lateTransport(transport, () => arrivals.pass()),
    })
    const micro = caller({ transport, runtime })
    await runtime.until(Promise.all([service.start(), micro.start()]))
    await runtime.until(micro.act(note, { stream: 'known' }))
    for (const stop of upTo(STOPS)) {
      arrivals.shut()
      await runtime.until(Promise.all(upTo(CALLS).map((each) => giveUp(micro, { stream: 'ghost' }, `${stop}-${each}`))))
      arrivals.open()
      await runtime.until(micro.act(note, { stream: 'fresh' }))
    }
    await runtime.settle()
    const log = await readLog(store)
    expect(streamsOf(log)).toEqual(new Set(['known', 'fresh']))
    expect(log).toHaveLength(1 + STOPS)
    await runtime.until(Promise.all([micro.stop(), service.stop()]))
  })

  it(`[27] ${STOPS} commands that stood still inside their rule are not appended, though no timer has fired yet`, async () => {
    const real = systemRuntime()
    let stoodStillMs = 0
    const runtime: Runtime = { ...real, monotonic: () => real.monotonic() + stoodStillMs }
    const store = memoryEventStore()
    const service = createMicro({ store, runtime, ...serviceOptions({}), name: 'probe', modules: [silentModule] })
    await service.start()
    const codes: unknown[] = []
    for (const each of upTo(STOPS)) {
      const timeoutMs = 10_000
      const call = service.act(note, { stream: `ghost-${each}`, at: 'validate', fault: 'pause' }, { timeoutMs })
      await pause(PAUSE_MS / 4)
      stoodStillMs += timeoutMs
      codes.push(await call.catch((error: unknown) => (isMicroError(error) ? [error.code, error.outcome] : error)))
    }
    await service.stop()
    expect(await readLog(store)).toEqual([])
    expect(codes).toEqual(upTo(STOPS).map(() => ['MICRO_TIMEOUT', 'none']))
  })

  it('[27] a call whose time is over when it is made is not executed', async () => {
    const store = memoryEventStore()
    const transport = memoryTransport()
    const service = createMicro({ store, transport, ...serviceOptions({}), name: 'probe', modules: [silentModule] })
    const runtime = systemRuntime()
    await service.start()
    const network = await transport.open({ runtime, logger: service.log, service: 'raw', instance: 'raw' })
    const send = (deadline: string): Promise<unknown> =>
      network.request(
        'micro.probe.note',
        { headers: { 'micro-deadline': deadline }, body: { stream: 'ghost' } },
        { timeoutMs: 1_000 },
      )
    for (const deadline of [`0;${runtime.now()};raw`, `0;${runtime.now() + 60_000};raw`])
      expect(await send(deadline)).toMatchObject({ error: { code: 'MICRO_TIMEOUT', outcome: 'none' } })
    await service.stop()
    expect(await readLog(store)).toEqual([])
  })
})
