import { MicroError } from '../errors/micro-error.ts'
import type { Host } from '../ports/provider.ts'
import type { ClockDifferences } from './clock-differences.ts'

const DEADLINE = /^(\d{1,9});(\d{1,15});([\x21-\x3a\x3c-\x7e]{1,100})$/

/** `<budget ms>;<sent at>;<caller instance>` */
export function writeDeadline(budgetMs: number, { runtime, instance }: Host): string {
  return `${Math.max(0, Math.floor(budgetMs))};${Math.floor(runtime.now())};${instance}`
}

/**
 * What is left of the caller's time.
 *
 * @returns milliseconds > 0, or `undefined` without a header
 * @throws MicroError `MICRO_TIMEOUT` when nothing is left, `MICRO_PROTOCOL` when the header is malformed
 */
export function readDeadline(header: string | undefined, clocks: ClockDifferences): number | undefined {
  if (header === undefined) return undefined
  const match = DEADLINE.exec(header)
  if (match === null)
    throw new MicroError('MICRO_PROTOCOL', 'Micro-Deadline is not of the form <budget ms>;<sent at>;<caller instance>.')
  const [, budget, sentAt, instance] = match
  const leftMs = Number(budget) - clocks.delayOf(instance as string, Number(sentAt))
  if (leftMs > 0) return leftMs
  throw new MicroError('MICRO_TIMEOUT', 'The caller had given up before the call arrived.')
}
