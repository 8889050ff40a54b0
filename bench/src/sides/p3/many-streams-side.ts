import { IN_FLIGHT } from '../../account/deposits.ts'
import { counted } from '../../measure/counted.ts'
import type { Side } from '../../measure/row.ts'
import type { Depositor } from './deposit-side.ts'

/** A step through n accounts that meets each once and jumps about, so that neighbours in memory are no help. */
function strideThrough(count: number): number {
  let stride = Math.max(1, Math.floor(count * 0.618))
  while (greatestCommonDivisor(stride, count) !== 1) stride++
  return stride
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

/** Commands to streams that are there already, each in turn. */
export async function manyStreamsSide({ deposit, close }: Depositor, streams: number, scale: number): Promise<Side> {
  const count = counted(streams, scale, IN_FLIGHT)
  const units = counted(20_480, scale, 128)
  const stride = strideThrough(count)
  let next = 0
  let done = 0

  async function depositOnce(): Promise<void> {
    const at = next
    next = (next + stride) % count
    await deposit({ account: `account-${at}`, amount: 1 })
    done++
  }

  async function depositMany(total: number): Promise<void> {
    let begun = 0
    const caller = async (): Promise<void> => {
      while (begun++ < total) await depositOnce()
    }
    await Promise.all(Array.from({ length: IN_FLIGHT }, caller))
  }

  await depositMany(count)
  done = 0
  return {
    units,
    run: () => depositMany(units),
    outcome: () => ({ done }),
    ...(close === undefined ? {} : { close }),
  }
}
