// A disk without room: the bank says so, answers what it can, and goes on by itself when there is room again.
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { canMount, mountSmallDisk } from '../../packages/store-sqlite/test/small-disk.ts'
import { type ModelsPlace, readLog } from './support/bank-log.ts'
import { startBank, startBankOnFile } from './support/bank-program.ts'
import type { Answer } from './support/portal-client.ts'
import { tempFolder } from './support/temp-folder.ts'

const REFUSED = { status: 507, body: { code: 'MICRO_STORE_FULL', outcome: 'none', retryable: true } }

interface SmallDisk extends Disposable {
  readonly path: string
}

/** Folders and files of 1 MiB together. */
function smallDisk(): SmallDisk {
  const folder = tempFolder()
  const path = join(folder.path, 'disk')
  mkdirSync(path)
  const unmount = mountSmallDisk(path)
  return {
    path,
    [Symbol.dispose]: () => {
      unmount()
      folder[Symbol.dispose]()
    },
  }
}

/** Takes all the room that is left. */
function fill(file: string): void {
  const descriptor = openSync(file, 'w')
  try {
    for (let size = 65_536; size >= 1; size = Math.floor(size / 2))
      try {
        // A short write is no error: the next one says that nothing is left.
        for (;;) writeSync(descriptor, Buffer.alloc(size))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      }
  } finally {
    closeSync(descriptor)
  }
}

it.runIf(canMount()).each<ModelsPlace>(['in memory', 'in the file'])(
  '[18] a bank on a full disk of 1 MiB, models %s: commands are refused as MICRO_STORE_FULL, views answered; it goes on when there is room',
  async (models) => {
    using disk = smallDisk()
    const logs = join(disk.path, 'logs')
    await using bank = await (models === 'in memory' ? startBank(disk.path) : startBankOnFile(disk.path, logs))
    const { client } = bank
    await client.command('open-account', { account: 'alice', owner: 'Alice' })
    const filler = join(disk.path, 'filler')

    let balance = 0
    let amount = 0
    let freedAt = 0
    const deposit = async (): Promise<Answer> => {
      amount++
      const answer = await client.command('deposit-money', { account: 'alice', amount }, { key: `deposit-${amount}` })
      if (answer.status === 200) balance += amount
      return answer
    }
    for (let n = 0; n < 10; n++) expect(await deposit()).toMatchObject({ status: 200 })

    for (let round = 1; round <= 3; round++) {
      fill(filler)
      // What SQLite has taken of the disk already has room for some more.
      let answer = await deposit()
      while (answer.status === 200) answer = await deposit()
      expect(answer).toMatchObject(REFUSED)
      for (let n = 0; n < 5; n++) expect(await deposit()).toMatchObject(REFUSED)
      expect(await client.view('account', { account: 'alice' })).toMatchObject({ status: 200, body: { balance } })
      expect(await client.view('bank-totals')).toMatchObject({ status: 200, body: { accounts: 1, balance } })

      rmSync(filler)
      freedAt = Date.now()
      // The same order again: it was not done, and is now.
      const again = await client.command('deposit-money', { account: 'alice', amount }, { key: `deposit-${amount}` })
      balance += amount
      expect(again).toMatchObject({ status: 200, isRepeated: false, body: { balance } })
      expect(await client.view('account', { account: 'alice' }, again)).toMatchObject({ body: { balance } })
    }

    bank.signal('SIGTERM')
    expect(await bank.ended).toMatchObject({ code: 0 })
    const log = await readLog(disk.path)
    expect(log.reduce((sum, { data }) => sum + Number(data['amount'] ?? 0), 0)).toBe(balance)
    // The other bank has no log files. What it had to say meanwhile may have found room in the last block of its file.
    if (models === 'in the file') expectLogToGoOn(logs, freedAt)
  },
)

/** The log files lie on the same disk. */
function expectLogToGoOn(folder: string, freedAt: number): void {
  const last = readFileSync(join(folder, 'info.1.log'), 'utf8').trimEnd().split('\n').at(-1) ?? ''
  expect(Date.parse((JSON.parse(last) as { time: string }).time)).toBeGreaterThanOrEqual(freedAt)
}
