import fs from 'node:fs'
import { mkdtemp, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { logger } from '../src/index.ts'
import { FakeService, type Line } from './fake-service.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'micro-logger-'))
})

afterEach(async () => {
  vi.useRealTimers()
  await rm(folder, { recursive: true })
})

const linesOf = async (name: string): Promise<Line[]> => {
  const text = await readFile(join(folder, name), 'utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
}
const namesOf = async (kind: string): Promise<string[]> => {
  const names = (await readdir(folder)).filter((name) => name.startsWith(`${kind}.`))
  return names.sort((a, b) => numberOf(a) - numberOf(b))
}
const numberOf = (name: string): number => Number(/\.(\d+)\.log$/.exec(name)?.[1])
// A roll happens in a later turn than the line that fills a file.
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

function heapUsed(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}

describe('files', () => {
  it('hold all lines from info up, and errors apart, as JSON whatever the terminal gets', async () => {
    const service = new FakeService()
    const { log, stop } = await service.start({
      pretty: true,
      level: 'trace',
      files: { folder: join(folder, 'a', 'b') },
    })
    for (const level of ['debug', 'info', 'warn', 'error', 'fatal'] as const) log[level]({ password: 'x' }, level)
    await stop()
    expect((await linesOf('a/b/info.1.log')).map((line) => line['msg'])).toEqual(['info', 'warn', 'error', 'fatal'])
    expect((await linesOf('a/b/error.1.log')).map((line) => line['msg'])).toEqual(['error', 'fatal'])
    expect((await linesOf('a/b/error.1.log'))[0]).toMatchObject({ service: 'bank', password: '[redacted]' })
    expect(service.written).toHaveLength(5)
    expect((await stat(join(folder, 'a/b/info.1.log'))).mode & 0o007).toBe(0)
  })

  it('can be had one without the other', async () => {
    const { log, stop } = await new FakeService().start({ files: { folder, info: false } })
    log.error({}, 'failed')
    await stop()
    expect(await readdir(folder)).toEqual(['error.1.log'])
  })

  it('hold a line when the call that logged it returns, without flush or stop', async () => {
    const { log, stop } = await new FakeService().start({ files: { folder } })
    log.info({}, 'said')
    expect(await linesOf('info.1.log')).toHaveLength(1)
    await stop()
  })

  it('are rolled by size, and the oldest go', async () => {
    const { log, stop } = await new FakeService().start({ files: { folder, maxSizeBytes: 2000, keep: 3 } })
    for (let index = 0; index < 100; index += 1) {
      log.error({ index, filling: 'x'.repeat(300) }, 'line')
      await turn()
    }
    await vi.waitFor(async () => {
      expect(await namesOf('info')).toHaveLength(3)
      expect(await namesOf('error')).toHaveLength(3)
    })
    await stop()
    for (const kind of ['info', 'error']) {
      const names = await namesOf(kind)
      const kept = await Promise.all(names.map(linesOf))
      const indexes = kept.flat().map((line) => line['index'])
      // The newest lines, all of them, in order over the files.
      expect(indexes).toEqual(Array.from({ length: indexes.length }, (_, at) => 100 - indexes.length + at))
      expect(indexes.length).toBeGreaterThan(5)
      expect(numberOf(names.at(-1) ?? '')).toBeGreaterThan(10)
      for (const name of names) expect((await stat(join(folder, name))).size).toBeLessThan(2600)
    }
  })

  it('go on after a restart, and what is older goes with the next roll', async () => {
    for (let run = 0; run < 4; run += 1) {
      const { log, stop } = await new FakeService().start({
        files: { folder, error: false, maxSizeBytes: 1000, keep: 2 },
      })
      for (let index = 0; index < 6; index += 1) {
        log.info({ run, index, filling: 'x'.repeat(300) }, 'line')
        await turn()
      }
      await stop()
    }
    await vi.waitFor(async () => expect(await namesOf('info')).toHaveLength(2))
    const names = await namesOf('info')
    expect((await Promise.all(names.map(linesOf))).flat().at(-1)).toMatchObject({ run: 3, index: 5 })
  })

  it('leave other files of the folder alone', async () => {
    await writeFile(join(folder, 'information.txt'), 'mine')
    await writeFile(join(folder, 'info.old.log'), 'mine')
    const { log, stop } = await new FakeService().start({ files: { folder, error: false, maxSizeBytes: 200, keep: 1 } })
    for (let index = 0; index < 10; index += 1) {
      log.info({ filling: 'x'.repeat(300) }, 'line')
      await turn()
    }
    await vi.waitFor(async () => expect(await readdir(folder)).toHaveLength(3))
    await stop()
    expect(await readdir(folder)).toEqual(expect.arrayContaining(['information.txt', 'info.old.log']))
  })

  it.each([
    ['hourly', 3_600_000, /^info\.2026-03-01-(10|11|12)\.1\.log$/],
    ['daily', 86_400_000, /^info\.2026-03-0[123]\.1\.log$/],
  ] as const)('are rolled %s by the clock', async (frequency, step, name) => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], now: new Date(2026, 2, 1, 10, 30) })
    const { log, stop } = await new FakeService().start({ files: { folder, error: false, frequency } })
    for (let index = 0; index < 3; index += 1) {
      log.info({ index }, 'line')
      await vi.advanceTimersByTimeAsync(step)
    }
    await stop()
    const names = (await readdir(folder)).sort()
    for (const [index, each] of names.slice(0, 3).entries()) {
      expect(each).toMatch(name)
      expect(await linesOf(each)).toMatchObject([{ index }])
    }
  })

  it('lose nothing in a burst', async () => {
    const { log, stop } = await new FakeService().start({
      files: { folder, error: false, maxSizeBytes: 5000, keep: 100 },
    })
    for (let index = 0; index < 5000; index += 1) {
      log.info({ index }, 'line')
      if (index % 100 === 0) await turn()
    }
    await stop()
    const kept = await Promise.all((await namesOf('info')).map(linesOf))
    expect(kept.flat().map((line) => line['index'])).toEqual(Array.from({ length: 5000 }, (_, index) => index))
    expect(kept.length).toBeGreaterThan(10)
  })
})

describe('a service goes on, with one warning,', () => {
  it('when its folder cannot be made', async () => {
    await writeFile(join(folder, 'a-file'), '')
    const service = new FakeService()
    const { log, stop } = await service.start({ files: { folder: join(folder, 'a-file', 'logs') } })
    for (let index = 0; index < 10; index += 1) log.error({}, 'line')
    await log.flush()
    await stop()
    expect(service.lines).toHaveLength(10)
    expect(service.process.warnings).toEqual([
      expect.stringMatching(/^logger: cannot write to info files in .*, lines may be lost there: ENOTDIR/),
      expect.stringMatching(/^logger: cannot write to error files in .*, lines may be lost there: ENOTDIR/),
    ])
  })

  it.runIf(process.platform === 'linux')('when the disk is full', async () => {
    await symlink('/dev/full', join(folder, 'info.1.log'))
    const service = new FakeService()
    const { log, stop } = await service.start({ files: { folder, error: false } })
    // More than is buffered for better times.
    for (let index = 0; index < 1000; index += 1) log.error({ filling: 'x'.repeat(5000) }, 'line')
    await log.flush()
    await stop()
    expect(service.lines).toHaveLength(1000)
    expect(service.process.warnings).toEqual([expect.stringMatching(/info files in .*: ENOSPC/)])
  })

  it.runIf(process.platform === 'linux')('when the disk stays full: what is kept for it is bounded', async () => {
    await symlink('/dev/full', join(folder, 'info.1.log'))
    const destination = { write: () => undefined }
    const { log, stop } = await new FakeService().start({ destination, files: { folder, error: false } })
    const before = heapUsed()
    // 64 MB; at most one of them is kept.
    for (let index = 0; index < 8000; index += 1) log.info({ filling: `${index}${'x'.repeat(8000)}` }, 'line')
    expect(heapUsed() - before).toBeLessThan(16_000_000)
    await stop()
  })

  it('when a file cannot be rolled, and rolls it later', async () => {
    const service = new FakeService()
    const { log, stop } = await service.start({ files: { folder, error: false, maxSizeBytes: 300 } })
    // The next file's name is taken by a folder.
    await mkdir(join(folder, 'info.2.log'))
    for (let index = 0; index < 6; index += 1) {
      log.info({ index, filling: 'x'.repeat(200) }, 'line')
      await turn()
    }
    await stop()
    expect(service.process.warnings).toEqual([expect.stringMatching(/info files in .*: EISDIR/)])
    const names = (await namesOf('info')).filter((name) => name !== 'info.2.log')
    const kept = await Promise.all(names.map(linesOf))
    expect(kept.flat().map((line) => line['index'])).toEqual([0, 1, 2, 3, 4, 5])
    expect(names.length).toBeGreaterThan(1)
  })

  it('after a roll that failed no file is closed twice: its number may be another one by then', async () => {
    const { log, stop } = await new FakeService().start({ files: { folder, error: false, maxSizeBytes: 300 } })
    await mkdir(join(folder, 'info.2.log'))
    const close = vi.spyOn(fs, 'close')
    for (let index = 0; index < 2; index += 1) {
      log.info({ index, filling: 'x'.repeat(200) }, 'line')
      await turn()
    }
    expect(await namesOf('info')).toEqual(['info.1.log', 'info.2.log', 'info.3.log'])
    expect(close).toHaveBeenCalledTimes(1)
    close.mockRestore()
    await stop()
  })

  it('when its destination breaks', async () => {
    const service = new FakeService()
    const destination = new PassThrough()
    const { log, stop } = await service.start({ destination, files: { folder, error: false } })
    log.info({}, 'one')
    destination.destroy(new Error('gone'))
    await turn()
    log.info({}, 'two')
    await log.flush()
    await stop()
    expect(service.process.warnings).toEqual([expect.stringMatching(/the given destination.*: gone/)])
    expect(await linesOf('info.1.log')).toHaveLength(2)
  })

  it('when its destination takes nothing: what is kept for it is bounded', async () => {
    const service = new FakeService()
    const destination = new PassThrough()
    const { log } = await service.start({ destination })
    for (let index = 0; index < 1000; index += 1) log.info({ filling: 'x'.repeat(5000) }, 'line')
    expect(destination.writableLength + destination.readableLength).toBeLessThan(1_200_000)
    expect(service.process.warnings).toHaveLength(1)
  })
})

it('flush resolves when the destination has taken all lines, and stop neither closes nor keeps it', async () => {
  let release = (): void => undefined
  const taken: string[] = []
  const destination = new PassThrough({
    transform(chunk: Buffer, _encoding, done) {
      const isFirst = taken.push(String(chunk)) === 1
      if (isFirst) release = done
      else done()
    },
  })
  const listeners = destination.listenerCount('error')
  const { log, stop } = await new FakeService().start({ destination })
  log.info({}, 'one')
  log.info({}, 'two')
  let isFlushed = false
  const flushed = log.flush().then(() => (isFlushed = true))
  await turn()
  expect(isFlushed).toBe(false)
  release()
  await flushed
  expect(taken.filter((text) => text !== '')).toHaveLength(2)
  await stop()
  expect(destination.writable).toBe(true)
  expect(destination.listenerCount('error')).toBe(listeners)
})

it('leaves nothing behind in the process after 100 starts and stops', async () => {
  const events = ['uncaughtException', 'unhandledRejection', 'exit', 'beforeExit', 'warning'] as const
  const count = (): number[] => events.map((event) => process.listenerCount(event))
  const openFiles = async (): Promise<number> =>
    process.platform === 'linux' ? (await readdir('/proc/self/fd')).length : 0
  const before = count()
  const filesBefore = await openFiles()
  const module = logger({ destination: { write: () => undefined }, files: { folder } })
  const { context } = new FakeService()
  for (let round = 0; round < 100; round += 1) {
    const api = await module.create?.(context)
    if (api === undefined) throw new Error('the module has an API')
    await module.start?.(api, context)
    expect(count()).not.toEqual(before)
    api.info({ round }, 'line')
    await module.stop?.(api, context)
  }
  expect(count()).toEqual(before)
  expect(await openFiles()).toBeLessThan(filesBefore + 10)
  expect(await linesOf('info.1.log')).toHaveLength(100)
})
