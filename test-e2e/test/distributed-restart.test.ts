// Instances of the bank are replaced one after the other while customers send commands through a portal.
import { createMicro } from '@micro/core'
import { startPortal } from '@micro/rest-portal'
import { scaled } from '@micro/testkit'
import { natsTransport } from '@micro/transport-nats'
import { describe, expect, it } from 'vitest'
import { readLog } from './support/bank-log.ts'
import { startInstance } from './support/distributed-bank.ts'
import { isServerAbsent, startNats } from './support/nats.ts'
import { type Answer, PortalClient } from './support/portal-client.ts'
import type { Program } from './support/program.ts'
import { silentModule } from './support/silent-logger.ts'
import { tempFolder } from './support/temp-folder.ts'
import { until } from './support/until.ts'

const CUSTOMERS = 16
const ROUNDS = scaled(5, 1)
/** So much is answered by each pair of instances before the next one is replaced. */
const BETWEEN = 200

interface Sent {
  readonly account: string
  readonly amount: number
  readonly answer: Answer
}

/** Customers with an account each, so that none is in another's way. What `isDone` does not accept is sent again. */
function customers(client: PortalClient, isDone: (answer: Answer | undefined) => boolean) {
  const settled: Sent[] = []
  let sentAgain = 0
  let isOver = false
  const run = async (number: number): Promise<void> => {
    const account = `customer-${number}`
    for (let amount = 1; !isOver; amount++) {
      const send = (): Promise<Answer | undefined> =>
        client
          .command('deposit-money', { account, amount }, { key: `${account}-${amount}` })
          .catch((): undefined => undefined)
      let answer = await send()
      for (; !isDone(answer); answer = await send()) sentAgain++
      settled.push({ account, amount, answer: answer as Answer })
    }
  }
  const all = Promise.all(Array.from({ length: CUSTOMERS }, (_, number) => run(number)))
  return {
    settled,
    sentAgain: () => sentAgain,
    more: (count: number) => {
      const enough = settled.length + count
      return until(`${enough} commands are settled`, () => settled.length >= enough)
    },
    stop: async () => {
      isOver = true
      await all
    },
  }
}

async function openBank(folder: string) {
  const server = await startNats()
  const instances = [await startInstance(folder, server.url), await startInstance(folder, server.url)]
  const transport = natsTransport({ servers: server.url })
  const micro = createMicro({ name: 'portal', transport, modules: [silentModule] })
  await micro.start()
  const portal = await startPortal({ micro, port: 0, rateLimit: false })
  const client = new PortalClient(portal.url)
  for (let number = 0; number < CUSTOMERS; number++)
    await client.command('open-account', { account: `customer-${number}`, owner: 'Ann' })
  return {
    client,
    instances,
    replace: async (index: number, end: (instance: Program) => Promise<void>) => {
      await end(instances[index] as Program)
      instances[index] = await startInstance(folder, server.url)
    },
    async [Symbol.asyncDispose]() {
      await portal.close()
      await micro.stop()
      for (const instance of instances) await stop(instance)
      await server.stop()
    },
  }
}

/** Longer than any command here takes: an instance that waits for what never comes is not drained. */
const STOPS_WITHIN_MS = 5_000

async function stop(instance: Program): Promise<void> {
  const signalledAt = performance.now()
  instance.signal('SIGTERM')
  expect(await instance.ended).toMatchObject({ code: 0 })
  console.log(`stopped in ${Math.round(performance.now() - signalledAt)} ms`)
  expect(performance.now() - signalledAt).toBeLessThan(STOPS_WITHIN_MS)
}

/** What the log says was deposited, as `account amount`. */
async function depositsIn(folder: string): Promise<readonly string[]> {
  return (await readLog(folder)).flatMap(({ type, data }) => {
    const { account, amount } = data as { readonly account: string; readonly amount: number }
    return type === 'money deposited' ? [`${account} ${amount}`] : []
  })
}

const keysOf = (settled: readonly Sent[]): readonly string[] =>
  settled.map(({ account, amount }) => `${account} ${amount}`)

describe.skipIf(isServerAbsent)('two banks that are replaced under load', () => {
  it('[54] one after the other by SIGTERM: no command fails, though no client sends one again', async () => {
    using folder = tempFolder()
    const bank = await openBank(folder.path)
    await using _open = bank
    const load = customers(bank.client, () => true)
    for (let round = 0; round < ROUNDS * 2; round++) {
      await load.more(BETWEEN)
      await bank.replace(round % 2, stop)
    }
    await load.more(BETWEEN)
    await load.stop()
    const failed = load.settled.filter(({ answer }) => answer?.status !== 200)
    console.log(`${load.settled.length} commands, ${ROUNDS * 2} restarts: ${failed.length} failed`)
    expect(failed).toEqual([])
    expect((await depositsIn(folder.path)).toSorted()).toEqual(keysOf(load.settled).toSorted())
  })

  it('[54] one after the other by kill -9: no command fails whose client sends it again, and each is done once', async () => {
    using folder = tempFolder()
    const bank = await openBank(folder.path)
    await using _open = bank
    const isUncertain = ({ body }: Answer): boolean => {
      const { outcome, retryable } = body as { readonly outcome?: string; readonly retryable?: boolean }
      return outcome === 'unknown' || retryable === true
    }
    const load = customers(
      bank.client,
      (answer) => answer !== undefined && (answer.status === 200 || !isUncertain(answer)),
    )
    for (let round = 0; round < ROUNDS * 2; round++) {
      await load.more(BETWEEN)
      await bank.replace(round % 2, (instance) => instance.kill())
    }
    await load.more(BETWEEN)
    await load.stop()
    console.log(`${load.settled.length} commands, ${ROUNDS * 2} kills: ${load.sentAgain()} sent again`)
    expect(load.settled.filter(({ answer }) => answer.status !== 200)).toEqual([])
    expect((await depositsIn(folder.path)).toSorted()).toEqual(keysOf(load.settled).toSorted())
  })
})
