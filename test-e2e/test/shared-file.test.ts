// Several processes of one machine on one file: each sees what the others did.
import { scaled } from '@micro/testkit'
import { describe, expect, it } from 'vitest'
import { startBank } from './support/bank-program.ts'
import type { Answer } from './support/portal-client.ts'
import { tempFolder } from './support/temp-folder.ts'

const isConflict = ({ body }: Answer): boolean => (body as { code?: string }).code === 'MICRO_CONFLICT'

describe('two banks on one file', () => {
  it('see each other at once where the caller says what it has seen (Micro-Position)', async () => {
    using folder = tempFolder()
    await using one = await startBank(folder.path)
    await using other = await startBank(folder.path)
    await one.client.command('open-account', { account: 'alice', owner: 'Alice' })
    const clients = [one.client, other.client]
    let balance = 0
    for (let round = 0; round < scaled(300, 30); round++) {
      const [writer, reader] = round % 2 === 0 ? clients : clients.toReversed()
      const written = await writer?.command('deposit-money', { account: 'alice', amount: round + 1 })
      balance += round + 1
      expect(written).toMatchObject({ status: 200, body: { balance } })
      const { position } = written ?? {}
      expect(position).toMatch(/^[^=]+=\d+$/)
      expect(await reader?.view('account', { account: 'alice' }, { position })).toMatchObject({ body: { balance } })
    }
  })

  it('take commands on the same account at the same time, and none is lost or done twice', async () => {
    using folder = tempFolder()
    await using one = await startBank(folder.path)
    await using other = await startBank(folder.path)
    await one.client.command('open-account', { account: 'alice', owner: 'Alice' })
    const { position } = await one.client.command('open-account', { account: 'bob', owner: 'Bob' })
    const amounts = Array.from({ length: scaled(600, 60) }, (_, index) => index + 1)
    const queue = [...amounts]
    const depositAll = async (client: typeof one.client): Promise<void> => {
      for (let amount = queue.shift(); amount !== undefined; amount = queue.shift()) {
        const account = amount % 3 === 0 ? 'bob' : 'alice'
        const options = { key: `deposit-${amount}`, position }
        // A conflict between two processes can outlast the retries inside: the portal says so, and nothing was done.
        let answer = await client.command('deposit-money', { account, amount }, options)
        while (isConflict(answer)) answer = await client.command('deposit-money', { account, amount }, options)
        expect(answer).toMatchObject({ status: 200 })
      }
    }
    await Promise.all([one, other, one, other, one, other].map(({ client }) => depositAll(client)))
    const total = amounts.reduce((sum, amount) => sum + amount, 0)
    const last = await one.client.command('deposit-money', { account: 'bob', amount: 1 })
    for (const { client } of [one, other])
      expect(await client.view('bank-totals', {}, last)).toMatchObject({ body: { accounts: 2, balance: total + 1 } })
  })

  it('know each other’s commands: a repeat at the other one changes nothing', async () => {
    using folder = tempFolder()
    await using one = await startBank(folder.path)
    await using other = await startBank(folder.path)
    await one.client.command('open-account', { account: 'alice', owner: 'Alice' })
    const deposit = { account: 'alice', amount: 500 }
    const answer = await one.client.command('deposit-money', deposit, { key: 'once' })
    const repeated = await other.client.command('deposit-money', deposit, { key: 'once' })
    expect(repeated).toMatchObject({ status: 200, isRepeated: true, body: answer.body })
  })

  it('go on alone when the other one is killed in the middle of its work', async () => {
    using folder = tempFolder()
    await using one = await startBank(folder.path)
    const other = await startBank(folder.path)
    await one.client.command('open-account', { account: 'alice', owner: 'Alice' })
    const { position } = await one.client.command('open-account', { account: 'bob', owner: 'Bob' })
    const sent = Array.from({ length: 50 }, (_, index) =>
      other.client.command('deposit-money', { account: 'bob', amount: 1 }, { key: `bob-${index}`, position }).then(
        ({ status }) => status === 200,
        () => false,
      ),
    )
    await Promise.race(sent)
    await other.kill()
    const acknowledged = (await Promise.all(sent)).filter(Boolean).length
    const deposited = await one.client.command('deposit-money', { account: 'alice', amount: 7 })
    expect(deposited).toMatchObject({ status: 200, body: { balance: 7 } })
    const { body } = await one.client.view('account', { account: 'bob' }, deposited)
    expect((body as { balance: number }).balance).toBeGreaterThanOrEqual(acknowledged)
  })
})
