import { MicroError } from '@micro/core'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { FaultLog } from './log-faults.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

it('writes a fault once in ten seconds, and then how often it was left out', () => {
  const lines: unknown[] = []
  const write = (fields: object, message: string) => void lines.push({ ...fields, message })
  const faults = new FaultLog({ info: write, warn: write, error: write })
  const locked = new MicroError('MICRO_STORE_LOCKED', 'held by host-7', { service: 'bank' })
  for (let time = 0; time < 100; time++) faults.hidden(locked, `id-${time}`)
  faults.hidden(new MicroError('MICRO_STORE_FULL', 'no room', { service: 'bank' }), 'other')
  vi.advanceTimersByTime(10_001)
  faults.hidden(locked, 'later')
  expect(lines).toMatchObject([
    { code: 'MICRO_STORE_LOCKED', service: 'bank', correlationId: 'id-0', unwritten: 0, message: 'held by host-7' },
    { code: 'MICRO_STORE_FULL', correlationId: 'other', unwritten: 0 },
    { code: 'MICRO_STORE_LOCKED', correlationId: 'later', unwritten: 99 },
  ])
})

it('leaves to the service what the service has logged, and to clients that they have gone', () => {
  const write = vi.fn<(fields: object, message: string) => void>()
  const faults = new FaultLog({ info: write, warn: write, error: write })
  faults.hidden(new MicroError('MICRO_INTERNAL', 'x'), 'id')
  faults.hidden(new MicroError('MICRO_CANCELLED', 'x'), 'id')
  expect(write).not.toHaveBeenCalled()
})
