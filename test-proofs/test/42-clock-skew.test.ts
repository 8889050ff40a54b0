import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scaled } from '@micro/testkit'
import { expect, it } from 'vitest'
import { seededRandom } from '../../test-e2e/test/support/random.ts'
import { tempFolder } from '../../test-e2e/test/support/temp-folder.ts'
import { BANK } from './support/bank.ts'
import { deployProcesses } from './support/deployment.ts'
import { canFakeTime, environmentOf } from './support/faketime.ts'
import { rowsOf, replay } from './support/histories.ts'
import { sqliteStore } from '@micro/store-sqlite'

const COMMANDS = scaled(1_000, 100)
const HOUR_MS = 3_600_000
const JUMPS = ['+0', '+1h', '-1h', '+30d', '-2d']

it.runIf(canFakeTime())(
  `[42] ${COMMANDS} commands on instances an hour slow, an hour fast and jumping: no clock decides anything`,
  { timeout: scaled(300_000, 120_000) },
  async () => {
    const random = seededRandom('clock skew')
    using folder = tempFolder()
    const jumping = join(folder.path, 'jumping-clock')
    writeFileSync(jumping, '+0')
    const plan = { service: BANK, sharedModels: true }
    const clocks = [{ shift: '-1h' }, { shift: '+1h' }, { file: jumping }]
    await using deployment = await deployProcesses(plan, clocks.map(environmentOf))
    const instances = [...deployment.instances, await deployment.start()]
    const accounts = ['a', 'b', 'c', 'd']
    for (const account of accounts)
      await deployment.instances[0].ask({ action: 'open account', payload: { account, owner: 'ann' } })

    const queue = Array.from({ length: COMMANDS }, (_, index) => index)
    let isRepeated = 0
    const work = async (worker: number): Promise<void> => {
      for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
        if (index % 20 === 0) writeFileSync(jumping, random.pick(JUMPS))
        const payload = { account: random.pick(accounts), amount: index + 1 }
        const call = { action: 'deposit money', payload, commandId: `deposit-${index}` }
        const [first, again] = [instances[worker % 3], instances[random.below(3)]]
        const answer = await first?.ask(call)
        const repeated = await again?.ask({ ...call, ...(answer && { positions: answer.positions }) })
        if (repeated?.repeated === true) isRepeated++
      }
    }
    await Promise.all([0, 1, 2].map(work))

    const log = await deployment.log()
    const deposits = log.filter(({ type }) => type === 'money deposited')
    expect(deposits.map(({ data }) => data['amount']).sort((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: COMMANDS }, (_, index) => index + 1),
    )
    expect(isRepeated).toBe(COMMANDS)
    expect(log.map(({ position }) => position)).toEqual(log.map((_, index) => index + 1))
    // The clocks were as far apart as they were set.
    const times = deposits.map(({ time }) => Date.parse(time))
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(2 * HOUR_MS - 60_000)
    await Promise.all(instances.map((instance) => instance.stop()))
    const { events, projections } = sqliteStore({ file: deployment.file })
    expect(await rowsOf({ store: events, projections })).toEqual(await replay(log))
  },
)
