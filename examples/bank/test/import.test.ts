import { readFileSync } from 'node:fs'
import { type EventStoreProvider, memoryEventStore, type Micro, MicroError, systemRuntime } from '@micro/core'
import { describe, expect, it } from 'vitest'
import { bankTotalsView } from '../src/contracts/bank-totals.contract.ts'
import { ledgerHost } from '../src/importing/ledger-host.ts'
import { type Ledger, openLedger } from '../src/importing/ledger.ts'
import { readCommands } from '../src/importing/read-commands.ts'
import { Report } from '../src/importing/report.ts'
import { fileHash, runImport } from '../src/importing/run-import.ts'
import { eventsOf, openBank } from './open-bank.ts'
import { readExpected } from './expected-month.ts'

const runtime = systemRuntime()
const month = readFileSync('imports/month.csv')
const expected = readExpected()

interface World {
  readonly log: EventStoreProvider
  readonly ledgerLog: EventStoreProvider
}

const newWorld = (): World => ({ log: memoryEventStore(), ledgerLog: memoryEventStore() })

/** One run of the program, on what earlier ones left. */
async function importOnce(
  { log, ledgerLog }: World,
  bytes: Uint8Array,
  disturb: (parts: { micro: Micro; ledger: Ledger }) => { micro: Micro; ledger: Ledger } = (parts) => parts,
): Promise<Report> {
  await using bank = await openBank(log)
  await using opened = await openLedger(ledgerLog, ledgerHost(runtime))
  const report = new Report()
  await runImport({
    ...disturb({ micro: bank, ledger: opened }),
    runtime,
    lines: readCommands('a file', bytes),
    hash: fileHash(bytes),
    onSettled: (line, outcome) => report.add(line, outcome),
  })
  return report
}

async function balancesOf({ log }: World): Promise<unknown> {
  const bank = await openBank(log)
  const accounts = await Promise.all(
    Object.keys(expected.accounts).map(async (account) => {
      const { account: id, ...rest } = await bank.act<{ account: string }>('account', { account })
      return [id, rest] as const
    }),
  )
  const totals = await bank.act(bankTotalsView, {})
  await bank.stop()
  return { totals, accounts: Object.fromEntries(accounts) }
}

/** The process ends: nothing more is recorded, and what the bank was doing it has done. */
function crashAfter(records: number): (parts: { micro: Micro; ledger: Ledger }) => { micro: Micro; ledger: Ledger } {
  let left = records
  return ({ micro, ledger }) => ({
    micro,
    ledger: {
      ...ledger,
      record: async (line, outcome) => {
        if (left-- <= 0) throw new Error('the process was killed')
        await ledger.record(line, outcome)
      },
    },
  })
}

const csv = (...lines: readonly string[]): Uint8Array =>
  new TextEncoder().encode(['command,account,owner,from,to,amount', ...lines].join('\n'))

describe('the month of a small bank', () => {
  it('comes out as the independent model says, and imported again changes nothing and says the same', async () => {
    const world = newWorld()
    const first = await importOnce(world, month)
    expect(first.rejectedLines).toEqual(expected.rejected)
    expect(await balancesOf(world)).toEqual({ totals: expected.totals, accounts: expected.accounts })
    const { length } = await eventsOf(world.log)

    const again = await importOnce(world, month)
    expect(again.text()).toBe(first.text())
    expect((await eventsOf(world.log)).length).toBe(length)
  })

  it.each([[[0]], [[1, 1, 1]], [[137, 500, 900]], [[1_700]], [[2_399]]])(
    'comes out the same when it is killed after %j records',
    async (kills) => {
      const world = newWorld()
      for (const records of kills) await expect(importOnce(world, month, crashAfter(records))).rejects.toThrow('killed')
      const report = await importOnce(world, month)
      expect(report.rejectedLines).toEqual(expected.rejected)
      expect(await balancesOf(world)).toEqual({ totals: expected.totals, accounts: expected.accounts })
      const accepted = (await eventsOf(world.log)).map(({ metadata }) => metadata['commandId'])
      expect(new Set(accepted).size).toBe(expected.accepted)
    },
  )
})

describe('accepted lines', () => {
  it('do not happen again though the ledger is lost: the bank knows its commands', async () => {
    const { log, ledgerLog } = newWorld()
    const file = csv('open account,a,Ada,,,', 'deposit money,a,,,,500', 'withdraw money,a,,,,500')
    await importOnce({ log, ledgerLog }, file)
    const again = await importOnce({ log, ledgerLog: memoryEventStore() }, file)
    expect(again.text()).toBe('3 accepted, 0 rejected.')
    expect(await eventsOf(log)).toHaveLength(3)
  })
})

describe('a rejected line', () => {
  const file = csv('open account,a,Ada,,,', 'withdraw money,a,,,,500', 'deposit money,a,,,,500')

  it('stays rejected in a repeat though it would be accepted by now', async () => {
    const world = newWorld()
    expect((await importOnce(world, file)).text()).toContain(
      'line 3 rejected: Account "a" has 0.00; 5.00 cannot be withdrawn.',
    )
    expect((await importOnce(world, file)).rejectedLines).toEqual([3])
    expect((await eventsOf(world.log)).map(({ type }) => type)).toEqual(['account opened', 'money deposited'])
  })

  it('is in the ledger before a later line of its account begins', async () => {
    const world = newWorld()
    // Killed when the rejection of line 3 was to be recorded.
    await expect(importOnce(world, file, crashAfter(1))).rejects.toThrow('killed')
    expect((await eventsOf(world.log)).map(({ type }) => type)).toEqual(['account opened'])
    expect((await importOnce(world, file)).rejectedLines).toEqual([3])
  })
})

describe('an unclear answer', () => {
  const file = csv('open account,a,Ada,,,', 'deposit money,a,,,,500')

  /** The command has run, and its answer is lost; the first so many times. */
  const losingAnswers = (times: number, outcome: 'unknown' | 'done') => {
    let left = times
    return ({ micro, ledger }: { micro: Micro; ledger: Ledger }) => ({
      ledger,
      micro: Object.create(micro, {
        act: {
          value: async (...args: Parameters<Micro['act']>) => {
            const answer = await micro.act(...args)
            if (left-- > 0) throw new MicroError('MICRO_TIMEOUT', 'The answer was lost.', { outcome, retryable: false })
            return answer
          },
        },
      }),
    })
  }

  it('unknown: is asked for again with the same id, and the command happens once', async () => {
    const world = newWorld()
    expect((await importOnce(world, file, losingAnswers(2, 'unknown'))).text()).toBe('2 accepted, 0 rejected.')
    expect((await eventsOf(world.log)).map(({ type }) => type)).toEqual(['account opened', 'money deposited'])
  })

  it('done: is accepted', async () => {
    const world = newWorld()
    expect((await importOnce(world, file, losingAnswers(2, 'done'))).text()).toBe('2 accepted, 0 rejected.')
  })

  it('is a fault when the bank cannot go on, and nothing is recorded', async () => {
    const world = newWorld()
    const broken = new MicroError('MICRO_STORE_CORRUPT', 'The file is damaged.')
    const breaking = ({ micro, ledger }: { micro: Micro; ledger: Ledger }) => ({
      ledger,
      micro: Object.create(micro, { act: { value: () => Promise.reject(broken) } }),
    })
    await expect(importOnce(world, file, breaking)).rejects.toBe(broken)
    expect(await eventsOf(world.ledgerLog)).toEqual([])
    expect((await importOnce(world, file)).text()).toBe('2 accepted, 0 rejected.')
  })
})

describe('the ledger', () => {
  it('has in the next run what was recorded in the last', async () => {
    const log = memoryEventStore()
    const first = await openLedger(log, ledgerHost(runtime))
    await first.record(7, { isAccepted: true })
    await first.record(9, { isAccepted: false, reason: 'No.' })
    await first[Symbol.asyncDispose]()
    await using second = await openLedger(log, ledgerHost(runtime))
    expect([7, 8, 9].map((line) => second.outcomeOf(line))).toEqual([
      { isAccepted: true },
      undefined,
      { isAccepted: false, reason: 'No.' },
    ])
  })
})
