// The story of the README with a real process, real HTTP, a real disk and a real kill -9.
import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BankProgram, startBank } from './support/bank-program.ts'
import { parseCurl, runCurl } from './support/curl.ts'
import { tempFolder } from './support/temp-folder.ts'

describe('a person who starts the bank', () => {
  it('opens an account, deposits, kills it with kill -9, starts it again, and the balance is still there', async () => {
    using folder = tempFolder()
    await using first = await startBank(folder.path)
    expect(await first.client.command('open-account', { account: 'alice', owner: 'Alice' })).toMatchObject({
      status: 200,
      body: { account: 'alice', owner: 'Alice', balance: 0 },
    })
    expect(await first.client.command('deposit-money', { account: 'alice', amount: 500 })).toMatchObject({
      status: 200,
      body: { account: 'alice', balance: 500 },
    })
    expect(await first.client.view('account', { account: 'alice' })).toMatchObject({ body: { balance: 500 } })
    await first.kill()

    await using second = await startBank(folder.path)
    expect(await second.client.view('account', { account: 'alice' })).toMatchObject({
      status: 200,
      body: { account: 'alice', owner: 'Alice', balance: 500 },
    })
    expect(await second.client.view('bank-totals')).toMatchObject({ body: { accounts: 1, balance: 500 } })
    expect(await second.client.view('statement', { account: 'alice' })).toMatchObject({
      body: { entries: [{ kind: 'deposit', amount: 500 }] },
    })
  })

  it('can copy each printed curl line, in their order', async () => {
    using folder = tempFolder()
    await using bank = await startBank(folder.path)
    await bank.printed(/Ctrl\+C/)
    const lines = bank.output().match(/^ *curl .+$/gm) ?? []
    expect(lines.length).toBeGreaterThanOrEqual(3)
    for (const line of lines) {
      const response = await runCurl(parseCurl(line))
      expect([line, response.status, (await response.text()).length > 0]).toEqual([line, 200, true])
    }
    expect(await bank.client.view('account', { account: 'alice' })).toMatchObject({ body: { balance: 500 } })
  })

  it('finds everything in ./data and nothing beside it', async () => {
    using folder = tempFolder()
    await using bank = await startBank(folder.path)
    await bank.client.command('open-account', { account: 'alice', owner: 'Alice' })
    expect(readdirSync(folder.path)).toEqual(['data'])
  })
})

describe('a command sent again with its Idempotency-Key', () => {
  it('gets the same answer, marked as repeated, before and after a kill -9, and changes nothing', async () => {
    using folder = tempFolder()
    await using first = await startBank(folder.path)
    await first.client.command('open-account', { account: 'alice', owner: 'Alice' })
    const deposit = { account: 'alice', amount: 500 }
    const answer = await first.client.command('deposit-money', deposit, { key: 'salary-may' })
    expect(answer).toMatchObject({ status: 200, isRepeated: false, commandId: 'salary-may' })
    const again = await first.client.command('deposit-money', deposit, { key: 'salary-may' })
    expect(again).toMatchObject({ status: 200, isRepeated: true, body: answer.body })
    await first.kill()

    await using second = await startBank(folder.path)
    const repeated = await second.client.command('deposit-money', deposit, { key: 'salary-may' })
    expect(repeated).toMatchObject({ status: 200, isRepeated: true, body: answer.body, commandId: 'salary-may' })
    expect(await second.client.view('account', { account: 'alice' })).toMatchObject({ body: { balance: 500 } })
    expect(await second.client.view('statement', { account: 'alice' })).toMatchObject({ body: { entries: [{}] } })
  })

  it('and another payload is refused after a restart too, with nothing done', async () => {
    using folder = tempFolder()
    await using first = await startBank(folder.path)
    await first.client.command('open-account', { account: 'alice', owner: 'Alice' })
    await first.client.command('deposit-money', { account: 'alice', amount: 500 }, { key: 'once' })
    await first.kill()
    await using second = await startBank(folder.path)
    const other = await second.client.command('deposit-money', { account: 'alice', amount: 501 }, { key: 'once' })
    expect(other).toMatchObject({ body: { code: 'MICRO_ID_REUSED', outcome: 'none' } })
    expect(other.status).toBeGreaterThanOrEqual(400)
    expect(await second.client.view('account', { account: 'alice' })).toMatchObject({ body: { balance: 500 } })
  })

  it('many times at once is one command', async () => {
    using folder = tempFolder()
    await using bank = await startBank(folder.path)
    await bank.client.command('open-account', { account: 'alice', owner: 'Alice' })
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        bank.client.command('deposit-money', { account: 'alice', amount: 5 }, { key: 'double-click' }),
      ),
    )
    expect(new Set(answers.map(({ body }) => JSON.stringify(body)))).toEqual(
      new Set(['{"account":"alice","balance":5}']),
    )
    expect(answers.filter(({ isRepeated }) => !isRepeated)).toHaveLength(1)
  })
})

describe('a position that a caller has seen', () => {
  it('grows with each change, is told with refusals and views too, and is asked for in vain beyond the log', async () => {
    using folder = tempFolder()
    await using bank = await startBank(folder.path)
    const answers = [
      await bank.client.command('open-account', { account: 'alice', owner: 'Alice' }),
      await bank.client.command('deposit-money', { account: 'alice', amount: 500 }),
      await bank.client.command('withdraw-money', { account: 'alice', amount: 501 }),
      await bank.client.view('account', { account: 'alice' }),
    ]
    const positions = answers.map(({ position = '' }) => position.split('='))
    const [[log = ''] = []] = positions
    expect(positions).toEqual([1, 2, 2, 2].map((position) => [log, String(position)]))

    const beyond = await bank.client.view('account', { account: 'alice' }, { position: `${log}=3` })
    expect(beyond).toMatchObject({ status: 400, body: { code: 'MICRO_INVALID' } })
    const malformed = await bank.client.view('account', { account: 'alice' }, { position: 'three' })
    expect(malformed).toMatchObject({ status: 400, body: { code: 'MICRO_INVALID' } })
    // That of a log which the bank does not follow is carried on.
    const other = await bank.client.view('account', { account: 'alice' }, { position: 'another-log=7' })
    expect(other.position?.split(',').toSorted()).toEqual([`${log}=2`, 'another-log=7'].toSorted())
  })
})

describe('a refusal', () => {
  const folder = tempFolder()
  let bank: BankProgram
  let position: string | undefined

  beforeAll(async () => {
    bank = await startBank(folder.path)
    await bank.client.command('open-account', { account: 'alice', owner: 'Alice' })
    position = (await bank.client.command('deposit-money', { account: 'alice', amount: 500 })).position
  })
  afterAll(async () => {
    await bank.kill()
    folder[Symbol.dispose]()
  })

  it.each([
    ['withdraw-money', { account: 'alice', amount: 501 }, 'MICRO_RULE_BROKEN', /5\.00.*5\.01/],
    ['deposit-money', { account: 'nobody', amount: 1 }, 'MICRO_NOT_FOUND', /nobody/],
    ['deposit-money', { account: 'alice', amount: 0 }, 'MICRO_INVALID', /amount/],
    ['deposit-money', { account: 'alice', amount: '5' }, 'MICRO_INVALID', /amount/],
    ['deposit-money', { account: 'alice', amount: 5, extra: 1 }, 'MICRO_INVALID', /extra/],
    ['open-account', { account: 'alice', owner: 'Mallory' }, 'MICRO_RULE_BROKEN', /alice/],
    ['transfer-money', { from: 'alice', to: 'alice', amount: 5 }, 'MICRO_RULE_BROKEN', /./],
    ['close-account', { account: 'alice' }, 'MICRO_RULE_BROKEN', /./],
  ] as const)(
    'of %s %j is a problem with code %s that says why, and nothing is done',
    async (name, payload, code, why) => {
      const refused = await bank.client.command(name, payload)
      expect(refused.status).toBeGreaterThanOrEqual(400)
      expect(refused.status).toBeLessThan(500)
      expect(refused).toMatchObject({
        body: { code, outcome: 'none', status: refused.status, detail: expect.stringMatching(why) as string },
      })
      expect(JSON.stringify(refused.body)).not.toMatch(/node_modules|\.[jt]s:\d/)
      const after = await bank.client.view('account', { account: 'alice' })
      expect(after).toMatchObject({ position, body: { balance: 500 } })
    },
  )
})
