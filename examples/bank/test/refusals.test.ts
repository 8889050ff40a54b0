import { memoryEventStore, type Micro, systemRuntime } from '@micro/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ledgerHost } from '../src/importing/ledger-host.ts'
import { MOST_AMOUNT, MOST_MONEY } from '../src/schemas/money.schema.ts'
import { eventsOf, openBank, openSmallBank, refusalOf } from './open-bank.ts'

const REFUSALS: readonly (readonly [command: string, payload: object, refusal: string])[] = [
  ['open account', { account: 'alice', owner: 'Eve' }, 'MICRO_RULE_BROKEN: Account "alice" exists already.'],
  [
    'open account',
    { account: 'gone', owner: 'Bob' },
    'MICRO_RULE_BROKEN: Account "gone" was closed and cannot be opened again.',
  ],
  [
    'open account',
    { account: 'a b', owner: 'Bob' },
    'MICRO_INVALID: The payload of "open account" is invalid: /account must match',
  ],
  [
    'open account',
    { account: 'x'.repeat(65), owner: 'Bob' },
    'MICRO_INVALID: The payload of "open account" is invalid: /account must not have more than 64 characters',
  ],
  [
    'open account',
    { account: 'new' },
    'MICRO_INVALID: The payload of "open account" is invalid: /owner must be present',
  ],
  [
    'open account',
    { account: 'new', owner: ' ' },
    'MICRO_INVALID: The payload of "open account" is invalid: /owner must match',
  ],
  ['deposit money', { account: 'nobody', amount: 1 }, 'MICRO_NOT_FOUND: There is no account "nobody".'],
  ['deposit money', { account: 'gone', amount: 1 }, 'MICRO_RULE_BROKEN: Account "gone" is closed.'],
  [
    'deposit money',
    { account: 'alice', amount: 0 },
    'MICRO_INVALID: The payload of "deposit money" is invalid: /amount must be >= 1',
  ],
  [
    'deposit money',
    { account: 'alice', amount: -5 },
    'MICRO_INVALID: The payload of "deposit money" is invalid: /amount must be >= 1',
  ],
  [
    'deposit money',
    { account: 'alice', amount: 1.5 },
    'MICRO_INVALID: The payload of "deposit money" is invalid: /amount must be an integer',
  ],
  [
    'deposit money',
    { account: 'alice', amount: '5' },
    'MICRO_INVALID: The payload of "deposit money" is invalid: /amount must be an integer',
  ],
  [
    'deposit money',
    { account: 'alice', amount: MOST_AMOUNT + 1 },
    'MICRO_INVALID: The payload of "deposit money" is invalid: /amount must be <= 100000000000',
  ],
  [
    'deposit money',
    { account: 'alice', amount: 1, currency: 'EUR' },
    'MICRO_INVALID: The payload of "deposit money" is invalid: /currency must not be present',
  ],
  ['withdraw money', { account: 'nobody', amount: 1 }, 'MICRO_NOT_FOUND: There is no account "nobody".'],
  ['withdraw money', { account: 'gone', amount: 1 }, 'MICRO_RULE_BROKEN: Account "gone" is closed.'],
  [
    'withdraw money',
    { account: 'alice', amount: 700 },
    'MICRO_RULE_BROKEN: Account "alice" has 5.00; 7.00 cannot be withdrawn.',
  ],
  [
    'withdraw money',
    { account: 'alice', amount: 501 },
    'MICRO_RULE_BROKEN: Account "alice" has 5.00; 5.01 cannot be withdrawn.',
  ],
  [
    'transfer money',
    { from: 'alice', to: 'alice', amount: 1 },
    'MICRO_RULE_BROKEN: Account "alice" cannot transfer money to itself.',
  ],
  ['transfer money', { from: 'nobody', to: 'bob', amount: 1 }, 'MICRO_NOT_FOUND: There is no account "nobody".'],
  ['transfer money', { from: 'alice', to: 'nobody', amount: 1 }, 'MICRO_NOT_FOUND: There is no account "nobody".'],
  ['transfer money', { from: 'alice', to: 'gone', amount: 1 }, 'MICRO_RULE_BROKEN: Account "gone" is closed.'],
  ['transfer money', { from: 'gone', to: 'alice', amount: 1 }, 'MICRO_RULE_BROKEN: Account "gone" is closed.'],
  [
    'transfer money',
    { from: 'alice', to: 'bob', amount: 501 },
    'MICRO_RULE_BROKEN: Account "alice" has 5.00; 5.01 cannot be transferred.',
  ],
  [
    'close account',
    { account: 'alice' },
    'MICRO_RULE_BROKEN: Account "alice" still has 5.00; withdraw or transfer it before closing.',
  ],
  ['close account', { account: 'gone' }, 'MICRO_RULE_BROKEN: Account "gone" is closed.'],
  ['close account', { account: 'nobody' }, 'MICRO_NOT_FOUND: There is no account "nobody".'],
  ['account', { account: 'nobody' }, 'MICRO_NOT_FOUND: There is no account "nobody".'],
  ['statement', { account: 'nobody' }, 'MICRO_NOT_FOUND: There is no account "nobody".'],
  [
    'statement',
    { account: 'alice', limit: 101 },
    'MICRO_INVALID: The payload of "statement" is invalid: /limit must be <= 100',
  ],
  [
    'statement',
    { account: 'alice', cursor: -1 },
    'MICRO_INVALID: The payload of "statement" is invalid: /cursor must be >= 0',
  ],
]

describe('what the bank refuses', () => {
  const store = memoryEventStore()
  let bank: Micro

  beforeAll(async () => {
    bank = await openSmallBank(store)
  })

  afterAll(() => bank.stop())

  it.each(REFUSALS)('%s %j', async (command, payload, refusal) => {
    expect(await refusalOf(bank.act(command, payload))).toContain(refusal)
    // The service lives on, and nothing was written.
    expect(await eventsOf(store)).toHaveLength(5)
    expect(await bank.act('bank totals', {})).toEqual({ accounts: 2, balance: 500 })
    expect(await bank.act('account', { account: 'alice' })).toMatchObject({ balance: 500, status: 'open' })
  })
})

describe('the most that a bank holds', () => {
  it('is exactly reached and never passed, and withdrawing makes room again', async () => {
    const store = memoryEventStore()
    const bank = await openBank(store)
    await bank.act('open account', { account: 'rich', owner: 'Croesus' })
    await bank.act('open account', { account: 'poor', owner: 'Irus' })
    // As if it had been deposited in more steps than a test wants to wait for.
    await deposited(store, 'rich', MOST_MONEY - 100)
    await bank.act('deposit money', { account: 'poor', amount: 100 })
    expect(await refusalOf(bank.act('deposit money', { account: 'poor', amount: 1 }))).toBe(
      'MICRO_RULE_BROKEN: The bank holds 80000000000000.00 at most; 0.01 more cannot be deposited.',
    )
    expect(await bank.act('bank totals', {})).toEqual({ accounts: 2, balance: MOST_MONEY })
    await bank.act('withdraw money', { account: 'rich', amount: 1 })
    expect(await bank.act('deposit money', { account: 'poor', amount: 1 })).toEqual({ account: 'poor', balance: 101 })
    await bank.stop()
  })

  it('leaves sums exact even if 10,000 of the largest deposits had read it before', () => {
    expect(Number.isSafeInteger(MOST_MONEY + 10_000 * MOST_AMOUNT)).toBe(true)
  })
})

/** Writes past the rules, with the metadata of an event that the bank wrote itself. */
async function deposited(
  provider: ReturnType<typeof memoryEventStore>,
  account: string,
  amount: number,
): Promise<void> {
  const runtime = systemRuntime()
  const opened = (await eventsOf(provider)).find(({ data }) => data['account'] === account)
  if (opened === undefined) throw new Error(`${account} was never opened`)
  const store = await provider.open(ledgerHost(runtime))
  const id = runtime.newId()
  const metadata = { ...opened.metadata, commandId: id }
  const event = { id, type: 'money deposited', data: { account, amount }, time: opened.time, metadata }
  await store.append([{ stream: opened.stream, expected: opened.revision, events: [event] }])
  await store.close()
}
