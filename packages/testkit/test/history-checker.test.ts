import { memoryEventStore, type RecordedEvent } from '@micro/core'
import { describe, expect, it } from 'vitest'
import { conformanceHost } from '../src/conformance/conformance-host.ts'
import {
  assertHistory,
  checkHistory,
  type HistoryCall,
  type HistoryDomain,
  recordHistory,
} from '../src/history/index.ts'
import { startMicro } from '../src/index.ts'
import { bankSheets } from './support/bank.ts'

type Balances = ReadonlyMap<string, number>
type Movement = { readonly account: string; readonly amount?: number }

const movementOf = ({ payload }: HistoryCall): Movement => payload as Movement

/** The bank in a dozen lines. */
const bank: HistoryDomain<Balances> = {
  initial: new Map(),
  apply(balances, { type, data }) {
    const account = typeof data['account'] === 'string' ? data['account'] : ''
    const amount = Number(data['amount'] ?? 0)
    const before = balances.get(account) ?? 0
    return new Map(balances).set(account, type === 'money withdrawn' ? before - amount : before + amount)
  },
  views: ['account'],
  mayRefuse: (call, { message }, balances) => {
    const { account, amount = 0 } = movementOf(call)
    if (call.action === 'open account') return message.includes('exists') && balances.has(account)
    return message.includes('not enough') && (balances.get(account) ?? 0) < amount
  },
  observations(call, { response }) {
    if (call.action === 'open account') return []
    const { account } = movementOf(call)
    const { balance } = response as { readonly balance: number }
    return [{ what: `balance of ${account}`, value: balance, read: (balances) => balances.get(account) }]
  },
}

interface True {
  readonly calls: readonly HistoryCall[]
  readonly log: readonly RecordedEvent[]
}

/** A history that is as it should be: each kind of answer once. */
async function trueHistory(): Promise<True> {
  const store = memoryEventStore()
  await using micro = await startMicro({ name: 'bank', sheets: bankSheets, store })
  const { runtime } = micro
  const log = await store.open(conformanceHost({ runtime }))
  const history = recordHistory({ log, runtime, seed: micro.seed })
  const call = history.record(micro.micro, { client: 'ann' })
  const ask = (...args: Parameters<typeof call>): Promise<HistoryCall> => runtime.until(call(...args))
  await ask('open account', { account: 'x', owner: 'ann' }, { commandId: 'open' })
  await ask('deposit money', { account: 'x', amount: 30 }, { commandId: 'deposit' })
  await ask('deposit money', { account: 'x', amount: 30 }, { commandId: 'deposit' })
  await ask('withdraw money', { account: 'x', amount: 50 }, { commandId: 'too-much' })
  await ask('withdraw money', { account: 'x', amount: 10 }, { commandId: 'withdraw' })
  await ask('account', { account: 'x' })
  return { calls: history.calls, log: await micro.events() }
}

function changed({ calls, log }: True, at: number, change: (call: HistoryCall) => Partial<HistoryCall>): True {
  return { calls: calls.map((call, index) => (index === at ? { ...call, ...change(call) } : call)), log }
}

function checksOf(history: True): readonly string[] {
  return [...new Set(checkHistory({ ...history, domain: bank }).map(({ check }) => check))]
}

const refusal = (outcome: 'none' | 'unknown' | 'done'): HistoryCall['answer'] => ({
  kind: outcome === 'none' ? 'fail' : 'info',
  code: 'MICRO_TIMEOUT',
  outcome,
  message: 'falsified',
})

describe('the history checker', () => {
  it('records every kind of answer and finds nothing in a true history', async () => {
    const history = await trueHistory()
    expect(history.calls.map(({ answer }) => answer.kind)).toEqual(['ok', 'ok', 'ok', 'fail', 'ok', 'ok'])
    expect(history.calls[3]?.answer).toMatchObject({ code: 'MICRO_RULE_BROKEN' })
    expect(history.calls.map(({ headAtCall, headAtAnswer }) => [headAtCall, headAtAnswer])).toEqual([
      [0, 1],
      [1, 2],
      [2, 2],
      [2, 2],
      [2, 3],
      [3, 3],
    ])
    expect(checksOf(history)).toEqual([])
  })

  it('takes an unknown outcome for done and for not done', async () => {
    const history = changed(await trueHistory(), 4, () => ({ answer: refusal('unknown') }))
    expect(checksOf(history)).toEqual([])
    const asked = changed(history, 4, () => ({ commandId: 'another', callersId: 'another' }))
    expect(checksOf(asked)).toEqual([])
  })

  const FALSIFIED: Readonly<Record<string, readonly [(history: True) => True, readonly string[]]>> = {
    'a lost acknowledged command': [
      ({ calls, log }) => ({ calls, log: log.slice(0, -1) }),
      ['an acknowledged command is in the log', 'an answer shows what was there'],
    ],
    'an acknowledgement before its time': [
      (history) => changed(history, 4, () => ({ headAtAnswer: 2 })),
      ['an acknowledged command is in the log'],
    ],
    'a doubled command': [
      ({ calls, log }) => ({
        calls,
        log: [...log, { ...(log[2] as RecordedEvent), position: 4, revision: 3 }],
      }),
      ['a command is done once'],
    ],
    'a stale view': [
      (history) => changed(history, 5, ({ answer }) => ({ answer: { ...answer, response: { balance: 30 } } as never })),
      ['an answer shows what was there'],
    ],
    'an answer that shows less than its own command': [
      (history) => changed(history, 4, ({ answer }) => ({ answer: { ...answer, response: { balance: 30 } } as never })),
      ['an answer shows what was there'],
    ],
    'a view older than what its client had met': [
      (history) =>
        changed(history, 5, ({ answer }) => ({
          hasOwnContext: false,
          met: 3,
          answer: { ...answer, position: 2, response: { balance: 30 } } as never,
        })),
      ['an answer shows what was there'],
    ],
    'a refusal that is never right': [
      (history) => changed(history, 3, ({ answer }) => ({ answer: { ...answer, message: 'It is Monday.' } as never })),
      ['a refusal was true at some moment'],
    ],
    'a refusal that was right only before the call': [
      (history) => changed(history, 3, () => ({ payload: { account: 'x', amount: 25 } })),
      ['a refusal was true at some moment'],
    ],
    'two events in the wrong order': [
      ({ calls, log: [first, second, third] }) => ({
        calls,
        log: [first, third, second] as readonly RecordedEvent[],
      }),
      ['the log is in order', 'an answer shows what was there'],
    ],
    'a revision that is missing': [
      ({ calls, log }) => ({ calls, log: log.map((event) => ({ ...event, revision: event.revision * 2 })) }),
      ['the log is in order'],
    ],
    'half an append': [
      ({ calls, log }) => ({
        calls,
        log: log.map((event) => ({ ...event, metadata: { ...event.metadata, count: 2 } })),
      }),
      ['an append is whole'],
    ],
    'an effect of what failed': [
      (history) => changed(history, 4, () => ({ answer: refusal('none') })),
      ['what failed left nothing'],
    ],
    'an effect before its cause': [
      (history) => changed(history, 4, () => ({ headAtCall: 3 })),
      ['an effect has a cause'],
    ],
    'a "done" of what was not': [
      (history) => changed(history, 3, () => ({ answer: refusal('done') })),
      ['an outcome is true'],
    ],
    'a reply that names too early a position': [
      (history) => changed(history, 4, ({ answer }) => ({ answer: { ...answer, position: 2 } as never })),
      ['a reply names the position of its events'],
    ],
  }
  it.each(Object.entries(FALSIFIED))('finds %s', async (_, [falsify, checks]) => {
    expect(checksOf(falsify(await trueHistory()))).toEqual(checks)
  })

  it('names the seed, the calls and the events', async () => {
    const { calls, log } = changed(await trueHistory(), 4, () => ({ answer: refusal('none') }))
    let told = ''
    try {
      assertHistory({ calls, log, domain: bank, seed: 7 })
    } catch (error) {
      told = String(error)
    }
    expect(told).toContain('1 anomalies in 6 calls, seed 7')
    expect(told.split('\n')).toHaveLength(4)
    expect(told).toContain(
      'ann asks bank: withdraw money {"account":"x","amount":10} (withdraw, while the log went from 2',
    )
    expect(told).toContain('log 3: bank/account-x@2 money withdrawn')
  })
})
