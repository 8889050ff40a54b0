// Two services in one process, each on its own log and both on one, that call each other through the memory transport.
import { join } from 'node:path'
import {
  type EventStoreProvider,
  memoryEventStore,
  memoryTransport,
  type Micro,
  Positions,
  type ProjectionStoreProvider,
  type RecordedEvent,
} from '@micro/core'
import { sqliteStore } from '@micro/store-sqlite'
import { describe, expect, it } from 'vitest'
import { bankService } from '../../examples/bank/src/bank.ts'
import { accountView } from '../../examples/bank/src/contracts/account.contract.ts'
import { bankTotalsView } from '../../examples/bank/src/contracts/bank-totals.contract.ts'
import { depositMoney } from '../../examples/bank/src/contracts/deposit-money.contract.ts'
import { openAccount } from '../../examples/bank/src/contracts/open-account.contract.ts'
import { giftDesk, giftsKnownToBank, giftsOf, giveGift } from './support/gift-desk.ts'
import { silentModule } from './support/silent-logger.ts'
import { tempFolder } from './support/temp-folder.ts'

interface Ports {
  readonly store: EventStoreProvider
  readonly projections?: ProjectionStoreProvider
}

const sqlite = (file: string): Ports => {
  const { events, projections } = sqliteStore({ file })
  return { store: events, projections }
}
const shared = <Thing>(thing: Thing): [bank: Thing, desk: Thing] => [thing, thing]

const arrangements = [
  ['each on its own log in memory', 2, () => [{ store: memoryEventStore() }, { store: memoryEventStore() }]],
  ['both on one log in memory', 1, () => shared({ store: memoryEventStore() })],
  ['each on its own file', 2, (folder) => [sqlite(join(folder, 'bank.db')), sqlite(join(folder, 'desk.db'))]],
  ['both on one file', 1, (folder) => shared(sqlite(join(folder, 'both.db')))],
  ['both on one file, opened twice', 1, (folder) => [sqlite(join(folder, 'both.db')), sqlite(join(folder, 'both.db'))]],
] as const satisfies readonly (readonly [string, number, (folder: string) => readonly [bank: Ports, desk: Ports]])[]

interface Both extends AsyncDisposable {
  readonly bank: Micro
  readonly desk: Micro
}

async function startBoth([bankPorts, deskPorts]: readonly [bank: Ports, desk: Ports]): Promise<Both> {
  const transport = memoryTransport()
  const modules = [silentModule]
  const bankOptions = { ...bankPorts, modules, transport }
  const bank = (await bankService(bankOptions)).add(
    giftsKnownToBank,
    async ({ account }, { act }) => (await act(giftsOf, { account })).gifts,
  )
  const desk = giftDesk({ ...deskPorts, modules, transport })
  await Promise.all([bank.start(), desk.start()])
  return {
    bank,
    desk,
    async [Symbol.asyncDispose]() {
      await desk.stop()
      await bank.stop()
    },
  }
}

/** The whole log of a service up to now. */
async function eventsOf(micro: Micro, count: number): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = []
  for await (const batch of micro.events.subscribe({ signal: AbortSignal.timeout(10_000) })) {
    events.push(...batch)
    if (events.length >= count) break
  }
  return events
}

describe.each(arrangements)('two services, %s', (_, logs, ports) => {
  it('call each other: a command of one has the other do its part, and a view of one asks the other', async () => {
    using folder = tempFolder()
    await using both = await startBoth(ports(folder.path))
    const { bank, desk } = both
    await desk.act(openAccount, { account: 'alice', owner: 'Alice' })
    await expect(desk.act(giveGift, { account: 'alice', amount: 500 })).resolves.toEqual({ balance: 500, gifts: 1 })
    await expect(bank.act(giveGift, { account: 'alice', amount: 250 })).resolves.toEqual({ balance: 750, gifts: 2 })
    await expect(bank.act(giftsOf, { account: 'alice' })).resolves.toEqual({ owner: 'Alice', balance: 750, gifts: 2 })
    // From the desk to the bank, from there to the desk, and from there to the bank again.
    await expect(desk.act(giftsKnownToBank, { account: 'alice' })).resolves.toBe(2)
    await expect(desk.act('bank totals', {})).resolves.toEqual({ accounts: 1, balance: 750 })
  })

  it('carry positions: whoever has seen an answer sees at least that wherever it asks next', async () => {
    using folder = tempFolder()
    await using both = await startBoth(ports(folder.path))
    const { bank, desk } = both
    await bank.act(openAccount, { account: 'alice', owner: 'Alice' })
    for (let count = 1; count <= 20; count++) {
      const positions = new Positions()
      const [here, there] = count % 2 === 0 ? [bank, desk] : [desk, bank]
      const given = await here.call(giveGift, { account: 'alice', amount: 1 }, { positions })
      // The reply tells of every log that was written on the way, also of one that the caller's service does not follow.
      expect(Object.keys(given.positions)).toHaveLength(logs)
      expect(positions.toJSON()).toEqual(given.positions)
      await expect(there.act(giftsOf, { account: 'alice' }, { positions })).resolves.toMatchObject({
        balance: count,
        gifts: count,
      })
      await expect(
        there.act(bankTotalsView, {}, { positions: Positions.parse(positions.toString()) }),
      ).resolves.toEqual({
        accounts: 1,
        balance: count,
      })
    }
  })

  it('do a command once, however often and wherever it is sent again, the other one’s part included', async () => {
    using folder = tempFolder()
    await using both = await startBoth(ports(folder.path))
    const { bank, desk } = both
    await bank.act(openAccount, { account: 'alice', owner: 'Alice' })
    const give = (micro: Micro) => micro.call(giveGift, { account: 'alice', amount: 5 }, { commandId: 'birthday' })
    const answers = [...(await Promise.all([give(desk), give(bank), give(desk)])), await give(bank)]
    for (const { response } of answers) expect(response).toEqual({ balance: 5, gifts: 1 })
    expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1)
    await expect(bank.act(giftsOf, { account: 'alice' })).resolves.toMatchObject({ balance: 5, gifts: 1 })
  })

  it('tell whose refusal it was, and leave nothing behind at either', async () => {
    using folder = tempFolder()
    await using both = await startBoth(ports(folder.path))
    const { bank, desk } = both
    await expect(desk.act(giveGift, { account: 'nobody', amount: 5 })).rejects.toMatchObject({
      code: 'MICRO_NOT_FOUND',
      outcome: 'none',
      message: expect.stringContaining('nobody') as string,
    })
    await expect(desk.act(depositMoney, { account: 'nobody', amount: 5 })).rejects.toMatchObject({
      code: 'MICRO_NOT_FOUND',
      service: 'bank',
    })
    await bank.act(openAccount, { account: 'nobody', owner: 'Odysseus' })
    await expect(bank.act(giftsOf, { account: 'nobody' })).resolves.toEqual({ owner: 'Odysseus', balance: 0, gifts: 0 })
  })

  it('keep their events apart, by service and in order', async () => {
    using folder = tempFolder()
    await using both = await startBoth(ports(folder.path))
    const { bank, desk } = both
    await bank.act(openAccount, { account: 'alice', owner: 'Alice' })
    const { commandId } = await desk.call(giveGift, { account: 'alice', amount: 5 }, { correlationId: 'a-birthday' })
    const wanted = [
      ['bank/account-alice', 'account opened'],
      ['gift desk/gifts-alice', 'gift given'],
      ['bank/account-alice', 'money deposited'],
    ]
    const told = (events: readonly RecordedEvent[]): string[][] => events.map(({ stream, type }) => [stream, type])
    const ofBank = await eventsOf(bank, logs === 1 ? 3 : 2)
    const ofDesk = await eventsOf(desk, logs === 1 ? 3 : 1)
    const isOf = (service: string) => (row: readonly string[]) => row[0]?.startsWith(`${service}/`) === true
    expect(told(ofBank)).toEqual(logs === 1 ? wanted : wanted.filter(isOf('bank')))
    expect(told(ofDesk)).toEqual(logs === 1 ? wanted : wanted.filter(isOf('gift desk')))
    // One correlation through both; the bank's part was caused by the desk's command.
    const gift = ofDesk.find(({ type }) => type === 'gift given')
    const deposit = ofBank.find(({ type }) => type === 'money deposited')
    expect([gift, deposit].map((event) => event?.metadata['correlationId'])).toEqual(['a-birthday', 'a-birthday'])
    expect(commandId).toBeTruthy()
    expect(deposit?.metadata['causationId']).toBe(gift?.metadata['commandId'])
  })

  it('go on when the other one has stopped, and say that it cannot be reached', async () => {
    using folder = tempFolder()
    await using both = await startBoth(ports(folder.path))
    const { bank, desk } = both
    await bank.act(openAccount, { account: 'alice', owner: 'Alice' })
    await desk.stop()
    await expect(bank.act(giftsOf, { account: 'alice' })).rejects.toMatchObject({
      code: 'MICRO_UNAVAILABLE',
      outcome: 'none',
    })
    await expect(bank.act(depositMoney, { account: 'alice', amount: 5 })).resolves.toMatchObject({ balance: 5 })
    await expect(bank.act(accountView, { account: 'alice' })).resolves.toMatchObject({ balance: 5 })
  })
})
