// The programs as a person runs them: processes, a real port, a real disk, a real kill -9. From dist, which the build makes.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readExpected } from './expected-month.ts'

const month = resolve('imports/month.csv')
const expected = readExpected()
let folder: string
let running: Set<ChildProcess>

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bank-'))
  running = new Set()
})
afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

interface Program {
  readonly child: ChildProcess
  /** Resolves with the first match in what was printed so far or will be. */
  printed(pattern: RegExp): Promise<RegExpExecArray>
  readonly ended: Promise<{ readonly code: number | null; readonly out: string }>
}

function run(program: 'main' | 'reset' | 'import', args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Program {
  const entry = resolve(`dist/${program}.js`)
  const child = spawn(process.execPath, [entry, ...args], { cwd: folder, env: { ...process.env, ...env } })
  running.add(child)
  let out = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      out += text
      for (const listener of listeners) listener()
    })
  const ended = new Promise<{ code: number | null; out: string }>((end) =>
    child.once('close', (code) => {
      running.delete(child)
      end({ code, out })
    }),
  )
  const printed = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((found, failed) => {
      const look = (): void => {
        const match = pattern.exec(out)
        if (match !== null) found(match)
      }
      listeners.add(look)
      look()
      void ended.then(() => failed(new Error(`It ended and did not print ${String(pattern)}: ${out}`)))
    })
  return { child, printed, ended }
}

async function openBank(env: NodeJS.ProcessEnv = { PORT: '0' }): Promise<Program & { readonly url: string }> {
  const bank = run('main', [], env)
  const [, url = ''] = await bank.printed(/The bank is open: (\S+)/)
  return { ...bank, url }
}

async function post(url: string, command: string, payload: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${url}/commands/${command}`, { method: 'POST', headers, body: JSON.stringify(payload) })
  return response.json()
}

const view = async (url: string, path: string): Promise<unknown> => (await fetch(`${url}/views/${path}`)).json()

const resultOf = (out: string): string => out.slice(out.search(/^line \d+ rejected/m))

describe('the bank', () => {
  it('keeps its money through kill -9, and ends with code 0 on SIGTERM and SIGINT', async () => {
    const first = await openBank()
    await post(first.url, 'open-account', { account: 'alice', owner: 'Alice' })
    expect(await post(first.url, 'deposit-money', { account: 'alice', amount: 500 })).toEqual({
      account: 'alice',
      balance: 500,
    })
    first.child.kill('SIGKILL')
    await first.ended
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const next = await openBank()
      expect(await view(next.url, 'account?account=alice')).toMatchObject({ balance: 500 })
      next.child.kill(signal)
      expect((await next.ended).code).toBe(0)
    }
  })

  it('says in a line what is wrong with its port, and ends with code 1', async () => {
    expect(await run('main', [], { PORT: 'http' }).ended).toEqual({
      code: 1,
      out: expect.stringContaining('PORT is "http". Give a number'),
    })
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((listening) => other.once('listening', listening))
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { code, out } = await run('main', [], { PORT: String(port) }).ended
    expect(code).toBe(1)
    expect(out).toContain(`Port ${port} of 127.0.0.1 is taken. Choose another PORT`)
    other.close()
  })

  it('says in a line that its file is damaged', async () => {
    const bank = await openBank()
    bank.child.kill()
    await bank.ended
    writeFileSync(join(folder, 'data', 'bank.db'), 'x'.repeat(10_000))
    const { code, out } = await run('main', [], { PORT: '0' }).ended
    expect(code).toBe(1)
    expect(out).toContain('bank.db is damaged')
    expect(out).not.toContain('    at ')
  })
})

describe('an import', () => {
  it('beside a running bank gives what the model expects; killed at any time it goes on; again it says the same', async () => {
    const bank = await openBank()
    for (const lines of [240, 960, 1680]) {
      const killed = run('import', [month])
      await killed.printed(new RegExp(`^${lines} of 2400 lines`, 'm'))
      killed.child.kill('SIGKILL')
      await killed.ended
    }
    const last = await run('import', [month]).ended
    expect(last.code).toBe(0)
    expect([...last.out.matchAll(/^line (\d+) rejected/gm)].map(([, line]) => Number(line))).toEqual(expected.rejected)
    expect(last.out).toContain(`${expected.accepted} accepted, ${expected.rejected.length} rejected.`)
    expect(await view(bank.url, 'bank-totals')).toEqual(expected.totals)

    const again = await run('import', [month]).ended
    expect(resultOf(again.out)).toBe(resultOf(last.out))
    expect(await view(bank.url, 'bank-totals')).toEqual(expected.totals)
    for (const [account, { balance }] of Object.entries(expected.accounts).slice(0, 20))
      expect(await view(bank.url, `account?account=${account}`)).toMatchObject({ balance })
  }, 240_000)

  it('can be interrupted, and of two of the same file at once one is refused', async () => {
    const first = run('import', [month])
    await first.printed(/^240 of 2400 lines/m)
    const second = await run('import', [month]).ended
    expect([second.code, second.out]).toEqual([
      1,
      expect.stringMatching(/is being imported by process \d+ \(bank import\)/),
    ])
    first.child.kill('SIGINT')
    const { code, out } = await first.ended
    expect([code, out]).toEqual([1, expect.stringContaining('The same import, started again, goes on')])
    expect((await run('import', [month]).ended).out).toContain(`${expected.accepted} accepted`)
  }, 120_000)

  it('without a file, of a missing one or one without columns ends with code 1 and says what is wanted', async () => {
    writeFileSync(join(folder, 'semicolons.csv'), 'command;account\n')
    const results = await Promise.all(
      [[], ['missing.csv'], ['semicolons.csv']].map((args) => run('import', args).ended),
    )
    expect(results.map(({ code }) => code)).toEqual([1, 1, 1])
    expect(results.map(({ out }) => out)).toEqual([
      expect.stringContaining('Name one file'),
      expect.stringContaining('missing.csv cannot be read'),
      expect.stringContaining('must name the columns'),
    ])
  })
})

describe('a reset', () => {
  it('asks first, not while the bank runs, and then leaves nothing', async () => {
    expect(await run('reset').ended).toMatchObject({ code: 0, out: 'There is no data.\n' })
    const bank = await openBank()
    await post(bank.url, 'open-account', { account: 'alice', owner: 'Alice' })
    expect(await run('reset', ['--yes']).ended).toMatchObject({
      code: 1,
      out: expect.stringContaining('Stop it first'),
    })
    expect(await view(bank.url, 'account?account=alice')).toMatchObject({ account: 'alice' })
    bank.child.kill()
    await bank.ended

    expect(await run('reset').ended).toMatchObject({ code: 1, out: expect.stringContaining('--yes') })
    expect(existsSync(join(folder, 'data', 'bank.db'))).toBe(true)
    expect(await run('reset', ['--yes']).ended).toMatchObject({ code: 0 })
    expect(readdirSync(join(folder, 'data'))).toEqual([])
  })
})
