// `npm start` in a fresh clone: it sets everything up by itself, and what it was told to do with signals and data holds.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { distributedBank, isRunning } from './support/distributed-bank.ts'
import { isServerAbsent } from './support/nats.ts'
import { networkEnvironment } from './support/packed.ts'
import { PortalClient } from './support/portal-client.ts'
import { type Program, startProgram } from './support/program.ts'
import { tempFolder } from './support/temp-folder.ts'
import { until } from './support/until.ts'
import { inRoot, root } from './support/workspace.ts'

/** What a clone of the working tree would hold. */
function cloneTo(folder: string): void {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const files = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 }).split('\0')
  for (const file of files) if (file !== '' && existsSync(inRoot(file))) cpSync(inRoot(file), join(folder, file))
}

const npm = (args: readonly string[], cwd: string): Program =>
  startProgram(args, { cwd, command: 'npm', env: { ...networkEnvironment(), PORT: '0' }, isGroup: true })

async function urlOf(program: Program): Promise<string> {
  const [, url = ''] = await program.printed(/The bank is open: (http:\S+)/)
  return url
}

const isReachable = (url: string): Promise<boolean> =>
  fetch(`${url}/health/live`).then(
    () => true,
    () => false,
  )

it('npm start in a fresh clone opens the bank; SIGTERM to npm ends it; the next start has its data and is quick', async () => {
  using clone = tempFolder()
  cloneTo(clone.path)
  await using first = npm(['start'], clone.path)
  const url = await urlOf(first)
  const client = new PortalClient(url)
  await client.command('open-account', { account: 'alice', owner: 'Alice' })
  await client.command('deposit-money', { account: 'alice', amount: 500 })
  first.signal('SIGTERM')
  await until('the bank has ended with npm', async () => !(await isReachable(url)), 10_000)

  const before = performance.now()
  await using second = npm(['start'], clone.path)
  const secondUrl = await urlOf(second)
  console.log(`the second npm start took ${Math.round(performance.now() - before)} ms`)
  expect(await new PortalClient(secondUrl).view('account', { account: 'alice' })).toMatchObject({
    body: { balance: 500 },
  })

  // Beside it, with a file named from where the person is.
  const imported = await npm(['run', 'bank:import', '--', 'examples/bank/imports/month.csv'], clone.path).ended
  expect(imported).toMatchObject({
    code: 0,
    output: expect.stringMatching(/^\d+ accepted, \d+ rejected\.$/m) as string,
  })

  // Nobody is asked here, so nothing is deleted; and not while the bank runs.
  const reset = await npm(['run', 'reset', '--', '--yes'], clone.path).ended
  expect(reset).toMatchObject({ code: 1, output: expect.stringContaining('The bank is running') as string })
  second.signal('SIGTERM')
  await until('the bank has ended with npm', async () => !(await isReachable(secondUrl)), 10_000)
  expect(await npm(['run', 'reset', '--', '--yes'], clone.path).ended).toMatchObject({ code: 0 })
  expect(existsSync(join(clone.path, 'data', 'bank.db'))).toBe(false)

  if (isServerAbsent) return
  // The same as several processes; SIGTERM reaches npm only, and nothing outlives it.
  const program = npm(['run', 'start:distributed'], clone.path)
  await using bank = await distributedBank(program)
  await bank.client.command('open-account', { account: 'alice', owner: 'Alice' })
  expect(await bank.client.view('bank-totals')).toMatchObject({ body: { accounts: 1 } })
  bank.signal('SIGTERM')
  await until('all processes have ended with npm', () => bank.all.every((pid) => !isRunning(pid)), 20_000)
})
