// Deadlines come with the caller's clock, which may be wrong: that must cost fresh calls nothing but, at most, some minutes.
import {
  createMicro,
  isMicroError,
  memoryEventStore,
  memoryTransport,
  type Micro,
  type Runtime,
  type TransportProvider,
} from '@micro/core'
import { seededRuntime, type SeededRuntime } from '@micro/testkit'
import { describe, expect, it } from 'vitest'
import { silentModule } from '../../test-e2e/test/support/silent-logger.ts'
import { lateTransport } from './support/late-transport.ts'
import { serviceOptions } from './support/probe.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const TIMEOUT_MS = 500

/** Calls are under way for so long at most: far less than what they may take. */
const SLOWEST_MS = 40
const EVERY_MS = 1_000

/** A caller's wall clock beside the service's: how far it is off after so long. */
type ClockError = (elapsedMs: number) => number

function clockOff(runtime: SeededRuntime, error: ClockError): Runtime {
  return {
    now: () => runtime.now() + error(runtime.monotonic()),
    monotonic: () => runtime.monotonic(),
    random: () => runtime.random(),
    newId: () => runtime.newId(),
    setTimer: (ms, callback) => runtime.setTimer(ms, callback),
    yieldTurn: (callback) => runtime.yieldTurn(callback),
  }
}

function delayed(runtime: SeededRuntime, provider: TransportProvider): TransportProvider {
  return lateTransport(
    provider,
    () => new Promise((resolve) => void runtime.setTimer(runtime.random() * SLOWEST_MS, resolve)),
  )
}

interface Refusal {
  readonly caller: number
  readonly atMs: number
}

/** Callers with these clocks call one service every second; which of their calls were refused, and when. */
async function refusals(errors: readonly ClockError[], forMs: number): Promise<readonly Refusal[]> {
  const runtime = seededRuntime({ seed: 27 })
  const network = memoryTransport()
  const service = createMicro({
    ...serviceOptions({}),
    name: 'probe',
    store: memoryEventStore(),
    runtime,
    modules: [silentModule],
    transport: delayed(runtime, network),
  })
  const callers = errors.map((error, index) =>
    createMicro({
      name: `caller ${'abcdef'[index]}`,
      transport: network,
      runtime: clockOff(runtime, error),
      modules: [silentModule],
    }),
  )
  const all: readonly Micro[] = [service, ...callers]
  await runtime.until(Promise.all(all.map((micro) => micro.start())))
  const refused: Refusal[] = []
  const call = async (micro: Micro, caller: number): Promise<void> => {
    const atMs = runtime.monotonic()
    try {
      await micro.act({ service: 'probe', name: 'notes' }, { stream: 'a' }, { timeoutMs: TIMEOUT_MS })
    } catch (error) {
      if (!isMicroError(error, 'MICRO_TIMEOUT')) throw error
      refused.push({ caller, atMs })
    }
  }
  const end = runtime.monotonic() + forMs
  while (runtime.monotonic() < end)
    await Promise.all([runtime.advance(EVERY_MS), ...callers.map((micro, index) => call(micro, index))])
  await runtime.until(Promise.all(all.map((micro) => micro.stop())))
  return refused
}

describe('callers whose clocks differ from that of the service', () => {
  it('[27] by 3 s, either way, and by 50 ppm more each moment: 0 fresh calls refused', async () => {
    const drift = 50e-6
    const errors: readonly ClockError[] = [
      () => 0,
      () => 3_000,
      () => -3_000,
      (elapsedMs) => elapsedMs * drift,
      (elapsedMs) => -elapsedMs * drift,
    ]
    expect(await refusals(errors, 15 * MINUTE_MS)).toEqual([])
  })

  it('[27] and step by an hour: 0 fresh calls refused after 4 minutes', async () => {
    const stepAtMs = 3 * MINUTE_MS
    const step =
      (byMs: number): ClockError =>
      (elapsedMs) =>
        elapsedMs < stepAtMs ? 3_000 : 3_000 + byMs
    const refused = await refusals([step(HOUR_MS), step(-HOUR_MS), () => -3_000], 12 * MINUTE_MS)
    expect(refused.filter(({ atMs }) => atMs >= stepAtMs + 4 * MINUTE_MS)).toEqual([])
    // Only the clock that was set back looks like a connection that has stalled for an hour, and costs its caller some minutes.
    expect(new Set(refused.map(({ caller }) => caller))).toEqual(new Set([1]))
    expect(refused.every(({ atMs }) => atMs >= stepAtMs)).toBe(true)
  })
})
