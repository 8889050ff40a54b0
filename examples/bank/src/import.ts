import { readFileSync } from 'node:fs'
import { isMicroError, type Micro, systemRuntime } from '@micro/core'
import { logger } from '@micro/logger'
import { taffyProjectionStore } from '@micro/projection-taffy'
import { sqliteEventStore } from '@micro/store-sqlite'
import { bankService } from './bank.ts'
import { ledgerHost } from './importing/ledger-host.ts'
import { type Ledger, openLedger } from './importing/ledger.ts'
import type { ParsedLine } from './importing/parsed-line.ts'
import { showProgress } from './importing/progress.ts'
import { readCommands } from './importing/read-commands.ts'
import { Report } from './importing/report.ts'
import { fileHash, runImport } from './importing/run-import.ts'
import { BANK_FILE, ledgerFile } from './program/data-folder.ts'
import { Problem } from './program/problem.ts'
import { runProgram } from './program/run-program.ts'
import { tellProblem } from './program/tell-problem.ts'

const GOES_ON = 'The same import, started again, goes on where this one ended.'

const runtime = systemRuntime()

async function main(): Promise<void> {
  const [file, ...more] = process.argv.slice(2)
  if (file === undefined || more.length > 0) throw new Problem('Name one file: npm run bank:import -- payments.csv')
  const bytes = readBytes(file)
  const lines = [...readCommands(file, bytes)]
  const hash = fileHash(bytes)
  await using ledger = await openLedgerOf(file, hash)
  await using bank = await openBank()
  await importLines({ bank, ledger, lines, hash })
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new Problem(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

async function openLedgerOf(file: string, hash: string): Promise<Ledger> {
  try {
    return await openLedger(sqliteEventStore({ file: ledgerFile(hash), exclusive: true }), ledgerHost(runtime))
  } catch (error) {
    if (!isMicroError(error, 'MICRO_STORE_LOCKED')) throw error
    const holder = error.details?.holder ?? 'another process'
    throw new Problem(`${file} is being imported by ${holder}. Wait until that has ended.`, { cause: error })
  }
}

/** Beside a bank that is running, on the same file. */
async function openBank(): Promise<Micro> {
  const bank = await bankService({
    store: sqliteEventStore({ file: BANK_FILE }),
    projections: taffyProjectionStore(),
    modules: [logger({ level: 'warn', destination: process.stderr })],
  })
  await bank.start()
  return bank
}

interface Work {
  readonly bank: Micro
  readonly ledger: Ledger
  readonly lines: readonly ParsedLine[]
  readonly hash: string
}

async function importLines({ bank, ledger, lines, hash }: Work): Promise<void> {
  const report = new Report()
  const progress = showProgress(lines.length)
  const interrupt = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort())
  try {
    await runImport({
      micro: bank,
      ledger,
      runtime,
      lines,
      hash,
      signal: interrupt.signal,
      onSettled(line, outcome) {
        report.add(line, outcome)
        progress.settled()
      },
    })
  } catch (error) {
    tellProblem(error)
    console.error(GOES_ON)
    return
  } finally {
    progress.end()
    console.log(report.text())
  }
  if (interrupt.signal.aborted) throw new Problem(`The import was interrupted. ${GOES_ON}`)
  if (report.rejectedLines.length > 0) console.log('Rejected lines are no failure: the exit code is 0.')
}

await runProgram(main)
