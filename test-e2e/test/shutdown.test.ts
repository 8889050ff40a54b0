// SIGTERM under load: no acknowledged command is lost, and none that was done stays without its answer.
import { scaled } from '@micro/testkit'
import { describe, expect, it } from 'vitest'
import { startBank } from './support/bank-program.ts'
import type { Answer } from './support/portal-client.ts'
import { tempFolder } from './support/temp-folder.ts'

const CLIENTS = 32
const MOST_MS = 5_000

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('[21] under load ends the bank with code 0 in 5 s; what was done was answered, what was not answered was not done', async () => {
    using folder = tempFolder()
    await using bank = await startBank(folder.path)
    await bank.client.command('open-account', { account: 'alice', owner: 'Alice' })

    const answered: number[] = []
    const unanswered: number[] = []
    let next = 1
    let isOver = false
    const enough = scaled(1_500, 200)
    let reached: () => void
    const isLoaded = new Promise<void>((resolve) => (reached = resolve))
    const client = async (): Promise<void> => {
      while (!isOver) {
        const amount = next++
        const answer = await bank.client
          .command('deposit-money', { account: 'alice', amount }, { key: `deposit-${amount}` })
          .catch((): Answer | undefined => undefined)
        if (answer?.status === 200) answered.push(amount)
        else {
          unanswered.push(amount)
          isOver = true
        }
        if (answered.length >= enough) reached()
      }
    }
    const load = Array.from({ length: CLIENTS }, client)
    await Promise.race([isLoaded, Promise.all(load)])
    const signalledAt = performance.now()
    bank.signal(signal)
    const { code, output } = await bank.ended
    const tookMs = performance.now() - signalledAt
    isOver = true
    await Promise.all(load)
    expect([code, output]).toEqual([0, expect.not.stringMatching(/"level":"(error|fatal)"/)])
    expect(tookMs).toBeLessThan(MOST_MS)
    expect(answered.length).toBeGreaterThanOrEqual(enough)

    await using after = await startBank(folder.path)
    const { body } = await after.client.view('account', { account: 'alice' })
    expect(body).toMatchObject({ balance: answered.reduce((sum, amount) => sum + amount, 0) })
    for (const amount of unanswered) {
      const again = await after.client.command(
        'deposit-money',
        { account: 'alice', amount },
        { key: `deposit-${amount}` },
      )
      expect([amount, again]).toEqual([amount, expect.objectContaining({ status: 200, isRepeated: false })])
    }
  })

  it('while nobody asks for anything ends an idle bank with its connections at once', async () => {
    using folder = tempFolder()
    await using bank = await startBank(folder.path)
    // The client keeps its connection open.
    await bank.client.view('bank-totals')
    const signalledAt = performance.now()
    bank.signal(signal)
    expect(await bank.ended).toMatchObject({ code: 0 })
    expect(performance.now() - signalledAt).toBeLessThan(MOST_MS)
  })
})
