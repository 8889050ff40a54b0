import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { scaled } from '@micro/testkit'
import { expect, it } from 'vitest'
import { seededRandom } from '../../test-e2e/test/support/random.ts'
import { tempFolder } from '../../test-e2e/test/support/temp-folder.ts'
import { canFakeTime, environmentOf } from './support/faketime.ts'
import { randomHistory } from './support/histories.ts'
import { TYPESCRIPT_ARGS } from './support/typescript-program.ts'

const HISTORIES = scaled(100, 10)
const COMMANDS = 60
const program = fileURLToPath(new URL('support/replay-program.ts', import.meta.url))

interface Replayed {
  readonly digests: readonly string[]
  readonly year: number
  readonly zone: string
  readonly locale: string
}

async function replayIn(file: string, env: Readonly<Record<string, string>>): Promise<Replayed> {
  const { stdout } = await promisify(execFile)(process.execPath, [...TYPESCRIPT_ARGS, program, file], {
    env: { PATH: process.env['PATH'], ...env },
    maxBuffer: 2 ** 24,
  })
  return JSON.parse(stdout) as Replayed
}

it.runIf(canFakeTime())(
  `[34] ${HISTORIES} histories replay to the same rows in other years, zones and locales`,
  { timeout: scaled(600_000, 180_000) },
  async () => {
    const random = seededRandom('replay determinism')
    const histories = []
    for (let history = 0; history < HISTORIES; history++) histories.push(await randomHistory(random, COMMANDS))
    expect(histories.every((log) => log.length > 5)).toBe(true)
    using folder = tempFolder()
    const file = join(folder.path, 'histories.json')
    writeFileSync(file, JSON.stringify(histories))
    const here = await replayIn(file, { TZ: 'UTC', LC_ALL: 'C' })
    const later = await replayIn(file, {
      ...environmentOf({ shift: '+10y' }),
      TZ: 'Pacific/Kiritimati',
      LC_ALL: 'tr_TR',
    })
    const earlier = await replayIn(file, {
      ...environmentOf({ shift: '-21y' }),
      TZ: 'America/St_Johns',
      LC_ALL: 'de_DE',
    })
    // The processes were where they were sent.
    expect([later.year - here.year, earlier.year - here.year]).toEqual([10, -21])
    expect([later.zone, earlier.zone]).toEqual(['Pacific/Kiritimati', 'America/St_Johns'])
    expect([later.locale, earlier.locale]).toEqual(['tr-TR', 'de-DE'])
    expect(new Set(here.digests).size).toBe(HISTORIES)
    for (const { digests } of [later, earlier]) expect(digests).toEqual(here.digests)
  },
)
