// The file of commands that is shipped, run as a person runs it: alone, again, killed in the middle, beside the bank.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { scaled } from '@micro/testkit'
import { describe, expect, it } from 'vitest'
import { readLog } from './support/bank-log.ts'
import { runImport, startBank } from './support/bank-program.ts'
import type { PortalClient } from './support/portal-client.ts'
import type { Program } from './support/program.ts'
import { seededRandom } from './support/random.ts'
import { tempFolder } from './support/temp-folder.ts'
import { until } from './support/until.ts'
import { inRoot } from './support/workspace.ts'

interface Expected {
  readonly commands: number
  readonly accepted: number
  readonly rejected: readonly number[]
  readonly totals: { readonly accounts: number; readonly balance: number }
  readonly accounts: Readonly<
    Record<string, { readonly owner: string; readonly balance: number; readonly status: string }>
  >
}

const month = inRoot('examples', 'bank', 'imports', 'month.csv')
const expected = JSON.parse(
  readFileSync(inRoot('examples', 'bank', 'imports', 'month.expected.json'), 'utf8'),
) as Expected

/** What an import tells at its end: the rejected lines with their reasons, and how many there were of each kind. */
async function resultOf(
  program: Program,
): Promise<{ code: number | null; rejected: Map<number, string>; sum: string }> {
  const { code, output } = await program.ended
  const rejected = [...output.matchAll(/^line (\d+) rejected: (.+)$/gm)]
  const [sum = ''] = /^\d+ accepted, \d+ rejected\.$/m.exec(output) ?? [`It printed no sum: ${output}`]
  return { code, rejected: new Map(rejected.map(([, line, reason]) => [Number(line), String(reason)])), sum }
}

async function expectTheMonth(client: PortalClient): Promise<void> {
  expect((await client.view('bank-totals')).body).toEqual(expected.totals)
  const names = Object.keys(expected.accounts)
  const found = await Promise.all(names.map((account) => client.view('account', { account })))
  expect(found.map(({ body }) => body)).toEqual(names.map((account) => ({ account, ...expected.accounts[account] })))
}

const complete = {
  code: 0,
  sum: `${expected.accepted} accepted, ${expected.rejected.length} rejected.`,
}

describe('the shipped file', () => {
  it('has at least 2,000 commands, some of each kind, and some to reject', () => {
    const lines = readFileSync(month, 'utf8').trimEnd().split('\n')
    expect(lines.length - 1).toBe(expected.commands)
    expect(expected.commands).toBeGreaterThanOrEqual(2_000)
    for (const command of ['open account', 'deposit money', 'withdraw money', 'transfer money', 'close account'])
      expect(lines.filter((line) => line.startsWith(`${command},`)).length).toBeGreaterThan(10)
    expect(expected.rejected.length).toBeGreaterThan(100)
    expect(expected.accepted + expected.rejected.length).toBe(expected.commands)
  })

  it('comes out as expected, each rejected line told with its reason; imported twice it changes nothing', async () => {
    using folder = tempFolder()
    const first = await resultOf(runImport(folder.path, month))
    expect(first).toMatchObject(complete)
    expect([...first.rejected.keys()]).toEqual(expected.rejected)
    const log = await readLog(folder.path)

    const again = await resultOf(runImport(folder.path, month))
    expect(again).toEqual(first)
    expect(await readLog(folder.path)).toEqual(log)
    expect(readdirSync(join(folder.path, 'data')).toSorted()).toContain('imports')
    await using bank = await startBank(folder.path)
    await expectTheMonth(bank.client)
  })

  it('comes out the same when the import is killed at any moment, over and over, beside a running bank', async () => {
    const random = seededRandom('import')
    using folder = tempFolder()
    await using bank = await startBank(folder.path)
    const kills = scaled(8, 2)
    for (let kill = 0; kill < kills; kill++) {
      await using program = runImport(folder.path, month)
      // One tenth of the lines is told at a time; the first kill hits the import before it tells anything.
      const tenths = kill === 0 ? 0 : 1 + random.below(8)
      if (tenths > 0) await program.printed(new RegExp(`^${tenths * 240} of ${expected.commands} lines`, 'm'))
      else await until('the ledger is there', () => existsSync(join(folder.path, 'data', 'imports')))
      await program.kill()
    }
    const last = await resultOf(runImport(folder.path, month))
    expect(last).toMatchObject(complete)
    expect([...last.rejected.keys()]).toEqual(expected.rejected)
    await expectTheMonth(bank.client)

    // And the bank was killed as well, and knows it all.
    await bank.kill()
    await using after = await startBank(folder.path)
    await expectTheMonth(after.client)
    const commands = (await readLog(folder.path)).map(({ metadata }) => metadata['commandId'])
    expect(new Set(commands).size).toBe(expected.accepted)
  })

  it('is imported while the bank takes other people’s commands, and neither disturbs the other', async () => {
    using folder = tempFolder()
    await using bank = await startBank(folder.path)
    await bank.client.command('open-account', { account: 'alice', owner: 'Alice' })
    await using program = runImport(folder.path, month)
    let deposits = 0
    let isOver = false
    void program.ended.then(() => (isOver = true))
    while (!isOver) {
      deposits++
      const answer = await bank.client.command('deposit-money', { account: 'alice', amount: 1 })
      expect(answer).toMatchObject({ status: 200, body: { balance: deposits } })
    }
    expect(await resultOf(program)).toMatchObject(complete)
    expect(deposits).toBeGreaterThan(0)
    const { accounts, balance } = expected.totals
    expect((await bank.client.view('bank-totals')).body).toEqual({
      accounts: accounts + 1,
      balance: balance + deposits,
    })
  })
})
