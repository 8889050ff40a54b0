import { readFileSync } from 'node:fs'
import type { BankProgram } from './bank-program.ts'

/** Linux counts in hundredths of a second. */
const TICK_MS = 10

export interface ReadyTime {
  /** As a clock on the wall has it. */
  readonly wallMs: number
  /** What all threads of the process have computed. Equal to `wallMs` where the system does not tell. */
  readonly cpuMs: number
  /**
   * What a figure is held against: the lesser of the two. Where other processes take the cores the clock on the wall says
   * how busy they are; the disk has no part in a start, its pages are in memory.
   */
  readonly ms: number
}

/** Starts a bank and says how long that took, from the call until `isReady` is over. */
export async function timeStart(
  start: () => Promise<BankProgram>,
  isReady: (bank: BankProgram) => Promise<unknown> = () => Promise.resolve(),
): Promise<{ readonly bank: BankProgram; readonly ready: ReadyTime }> {
  const before = performance.now()
  const bank = await start()
  await isReady(bank)
  const wallMs = Math.round(performance.now() - before)
  const cpuMs = cpuTimeOf(bank.pid) ?? wallMs
  return { bank, ready: { wallMs, cpuMs, ms: Math.min(wallMs, cpuMs) } }
}

function cpuTimeOf(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined
  // Behind the name, which is in brackets and may hold anything: user and system time are the 12th and 13th.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}
