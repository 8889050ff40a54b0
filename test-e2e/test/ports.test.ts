// Where the bank listens, and what it says when it cannot.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runBank, startBank } from './support/bank-program.ts'
import { takePort } from './support/port.ts'
import { tempFolder } from './support/temp-folder.ts'

describe('without PORT', () => {
  it('the bank takes the next free port when 3000 is taken, and says which', async () => {
    using folder = tempFolder()
    await using _taken = await takePort(3000)
    await using bank = await startBank(folder.path, {})
    const url = new URL(bank.url)
    expect(url.hostname).toBe('127.0.0.1')
    expect(Number(url.port)).toBeGreaterThan(3000)
    expect(Number(url.port)).toBeLessThan(3100)
    expect((await fetch(`${bank.url}/health/ready`)).status).toBe(200)
  })
})

describe('with PORT', () => {
  it('the bank listens there and nowhere else', async () => {
    using folder = tempFolder()
    const taken = await takePort()
    await taken[Symbol.asyncDispose]()
    await using bank = await startBank(folder.path, { PORT: String(taken.port), HOST: '127.0.0.1' })
    expect(bank.url).toBe(`http://127.0.0.1:${taken.port}`)
  })

  it('that is taken, it says so in one line with the remedy, and ends with code 1', async () => {
    using folder = tempFolder()
    await using taken = await takePort()
    await using bank = runBank(folder.path, { PORT: String(taken.port) })
    const { code, output } = await bank.ended
    const told = output.split('\n').filter((line) => line !== '' && !line.startsWith('{'))
    expect(told).toEqual([expect.stringMatching(new RegExp(`${taken.port}.*taken.*PORT`))])
    expect(code).toBe(1)
  })

  it.each(['http', '-1', '65536', '3000.5', '0x10', ' 80'])('that is %j is refused in one line', async (port) => {
    using folder = tempFolder()
    await using bank = runBank(folder.path, { PORT: port })
    const { code, output } = await bank.ended
    expect([code, output.trim()]).toEqual([1, expect.stringMatching(/^PORT is .*65535.*$/)])
    expect(existsSync(join(folder.path, 'data'))).toBe(false)
  })
})

describe('with HOST', () => {
  it('the bank listens on that address', async () => {
    using folder = tempFolder()
    await using bank = await startBank(folder.path, { PORT: '0', HOST: '0.0.0.0' })
    const { port } = new URL(bank.url)
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200)
  })

  it('that is not of this machine, it says so and ends with code 1', async () => {
    using folder = tempFolder()
    // 192.0.2.0/24 is for documents: no machine has it.
    await using bank = runBank(folder.path, { PORT: '0', HOST: '192.0.2.1' })
    const { code, output } = await bank.ended
    expect([code, output]).toEqual([1, expect.stringContaining('192.0.2.1')])
    expect(output).not.toMatch(/^\s+at /m)
  })
})
