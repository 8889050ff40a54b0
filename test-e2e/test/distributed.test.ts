// `npm run start:distributed`: two banks, a portal and a NATS server as processes of their own.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readLog } from './support/bank-log.ts'
import { type DistributedBank, isRunning, runDistributed, startDistributed } from './support/distributed-bank.ts'
import { isServerAbsent, startNats } from './support/nats.ts'
import { takePort } from './support/port.ts'
import type { Answer } from './support/portal-client.ts'
import { tempFolder } from './support/temp-folder.ts'
import { until } from './support/until.ts'

const CLIENTS = 8

/** Deposits until it is told to stop; each amount once, sent again with its key until the answer is certain. */
function deposits({ client }: DistributedBank) {
  const acknowledged: number[] = []
  let next = 1
  let isOver = false
  const send = (amount: number): Promise<Answer | undefined> =>
    client
      .command('deposit-money', { account: 'alice', amount }, { key: `deposit-${amount}` })
      .catch((): undefined => undefined)
  const one = async (): Promise<void> => {
    while (!isOver) {
      const amount = next++
      while ((await send(amount))?.status !== 200) if (isOver) return
      acknowledged.push(amount)
    }
  }
  const all = Promise.all(Array.from({ length: CLIENTS }, one))
  return {
    acknowledged,
    until: (count: number) => until(`${count} deposits`, () => acknowledged.length >= count),
    stop: async () => {
      isOver = true
      await all
    },
  }
}

describe.skipIf(isServerAbsent)('start:distributed', () => {
  it('serves the bank by several processes; kill -9 of one loses nothing; Ctrl+C ends all of them with code 0', async () => {
    using folder = tempFolder()
    await using bank = await startDistributed(folder.path)
    expect(bank.all).toHaveLength(5)
    expect(bank.all.filter(isRunning)).toEqual(bank.all)
    expect((await fetch(`${bank.url}/health/ready`)).status).toBe(200)
    const { client } = bank
    expect(await client.command('open-account', { account: 'alice', owner: 'Alice' })).toMatchObject({ status: 200 })
    const load = deposits(bank)
    await load.until(50)
    const [first = 0, second = 0] = bank.pids.banks
    process.kill(first, 'SIGKILL')
    await bank.printed(new RegExp(`^bank 1, process ${first}, has ended \\(SIGKILL\\)\\.$`, 'm'))
    const before = load.acknowledged.length
    await load.until(before + 50)
    await load.stop()
    expect([isRunning(first), isRunning(second)]).toEqual([false, true])
    const { body } = await client.view('account', { account: 'alice' })
    const balance = load.acknowledged.reduce((sum, amount) => sum + amount, 0)
    expect((body as { balance: number }).balance).toBeGreaterThanOrEqual(balance)

    bank.signal('SIGINT')
    expect(await bank.ended).toMatchObject({
      code: 0,
      output: expect.not.stringContaining('bank 2, process') as string,
    })
    expect(bank.all.filter(isRunning)).toEqual([])
    const log = await readLog(folder.path)
    const amounts = log.flatMap(({ type, data }) =>
      type === 'money deposited' ? [(data as { amount: number }).amount] : [],
    )
    expect(new Set(amounts).size).toBe(amounts.length)
    expect(amounts).toEqual(expect.arrayContaining(load.acknowledged))
  })

  it('leaves nothing behind when the process that started the others is killed', async () => {
    using folder = tempFolder()
    await using bank = await startDistributed(folder.path)
    await bank.kill()
    expect(bank.all.filter(isRunning)).not.toContain(bank.pid)
    await until('the others have ended by themselves', () => bank.all.every((pid) => !isRunning(pid)), 20_000)
  })

  it('ends everything with a failure when nobody can reach the bank any more', async () => {
    using folder = tempFolder()
    await using bank = await startDistributed(folder.path)
    process.kill(bank.pids.portal, 'SIGKILL')
    const output = expect.stringContaining('portal has ended (SIGKILL), and without it nobody reaches the bank.')
    expect(await bank.ended).toMatchObject({ code: 1, output })
    expect(bank.all.filter(isRunning)).toEqual([])
    await using other = await startDistributed(folder.path)
    process.kill(other.pids.server ?? 0, 'SIGKILL')
    expect(await other.ended).toMatchObject({ code: 1, output: expect.stringContaining('nats-server has ended') })
    expect(other.all.filter(isRunning)).toEqual([])
  })

  it('uses the server at NATS_URL, and leaves it alone', async () => {
    using folder = tempFolder()
    await using server = await startNats()
    await using bank = await startDistributed(folder.path, { NATS_URL: `nats://${server.url}` })
    expect([bank.pids.server, bank.all.length]).toEqual([undefined, 4])
    expect(await bank.client.view('bank-totals')).toMatchObject({ status: 200 })
    bank.signal('SIGTERM')
    expect(await bank.ended).toMatchObject({ code: 0 })
    expect([bank.all.filter(isRunning), isRunning(server.pid)]).toEqual([[], true])
  })

  it('says what keeps it from starting, and ends what has started', async () => {
    using folder = tempFolder()
    await using taken = await takePort()
    const busy = await runDistributed(folder.path, { PORT: String(taken.port) }).ended
    expect(busy).toMatchObject({
      code: 1,
      output: expect.stringMatching(/Choose another PORT[^]*portal could not start/),
    })
    const wrong = await runDistributed(folder.path, { NATS_URL: 'http://me:secret@x' }).ended
    expect(wrong).toMatchObject({
      code: 1,
      output: expect.stringMatching(/NATS_URL is no address[^]*bank 1 could not/),
    })
    expect(wrong.output).not.toContain('secret')
    await using gone = await takePort()
    const { port } = gone
    await gone[Symbol.asyncDispose]()
    const nobody = await runDistributed(folder.path, { NATS_URL: `127.0.0.1:${port}` }).ended
    expect(nobody).toMatchObject({ code: 1, output: expect.stringMatching(/127\.0\.0\.1:\d+[^]*bank 1 could not/) })
  })
})

// Where Debian has put one it is found in any case.
it.skipIf(existsSync('/usr/sbin/nats-server') || existsSync('/usr/local/sbin/nats-server'))(
  'says in one line how to get a nats-server where there is none, and no Docker either',
  async () => {
    using folder = tempFolder()
    const env = {
      PATH: folder.path,
      XDG_CACHE_HOME: join(folder.path, 'cache'),
      DOCKER_HOST: 'unix:///nowhere/docker.sock',
    }
    const { code, output } = await runDistributed(folder.path, env).ended
    expect(code).toBe(1)
    expect(output.match(/^There is no nats-server: .*go install \S+nats-server.*$/gm)).toHaveLength(1)
  },
)
