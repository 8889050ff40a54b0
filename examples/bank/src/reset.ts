import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { BANK_FILE, DATA_FOLDER } from './program/data-folder.ts'
import { isBankRunning } from './program/is-bank-running.ts'
import { Problem } from './program/problem.ts'
import { runProgram } from './program/run-program.ts'

async function main(): Promise<void> {
  if (!existsSync(DATA_FOLDER) || readdirSync(DATA_FOLDER).length === 0) return console.log('There is no data.')
  await refuseWhileRunning()
  if (!(await isMeant())) return console.log('Nothing was deleted.')
  // Somebody may have started it while the question stood there.
  await refuseWhileRunning()
  for (const entry of readdirSync(DATA_FOLDER)) rmSync(join(DATA_FOLDER, entry), { recursive: true, force: true })
  console.log('All data of the bank is deleted.')
}

async function refuseWhileRunning(): Promise<void> {
  if (existsSync(BANK_FILE) && (await isBankRunning(BANK_FILE)))
    throw new Problem('The bank is running. Stop it first, then reset it.')
}

async function isMeant(): Promise<boolean> {
  if (process.argv.includes('--yes')) return true
  if (!process.stdin.isTTY) throw new Problem('Nobody can be asked here. To delete all data: npm run reset -- --yes')
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const answer = await terminal.question(
      `Delete all accounts, their history and imports in ${resolve(DATA_FOLDER)}? [y/N] `,
    )
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    terminal.close()
  }
}

await runProgram(main)
