import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scaled } from '@micro/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { defer, eventsOf, newEvent, newEvents, newFile, newFolder, openLog } from './bench.ts'
import { buildPackage, type Child, type Line, startChild } from './processes.ts'

beforeAll(buildPackage, 120_000)

describe('a full disk', () => {
  it.runIf(canMount())(
    '[18] refuses appends until there is space again; reads go on',
    { timeout: 60_000 },
    async () => {
      const folder = mountSmallDisk()
      const filler = join(folder, 'filler')
      const store = await openLog(join(folder, 'log.db'))
      await store.append([{ stream: 'a', expected: 'no-stream', events: newEvents(5) }])
      writeFileSync(filler, Buffer.alloc(400_000))
      let acknowledged = 5
      const full = await (async () => {
        for (;;) {
          try {
            await store.append([
              { stream: 'a', expected: acknowledged - 1, events: newEvents(3, { text: 'x'.repeat(5000) }) },
            ])
            acknowledged += 3
          } catch (error) {
            return error
          }
        }
      })()
      expect(full).toMatchObject({ code: 'MICRO_STORE_FULL', outcome: 'none', retryable: true })
      expect(await eventsOf(store.readStream('a'))).toHaveLength(acknowledged)
      await expect(store.append([{ stream: 'a', expected: acknowledged, events: newEvents(1) }])).rejects.toMatchObject(
        {
          outcome: 'none',
        },
      )

      rmSync(filler)
      const again = await store.append([{ stream: 'a', expected: acknowledged - 1, events: newEvents(3) }])
      expect(again.revisions).toEqual([acknowledged + 2])
      await store.close()
      const reopened = await openLog(join(folder, 'log.db'), { integrityCheck: 'full' })
      expect(await eventsOf(reopened.readAll())).toHaveLength(acknowledged + 3)
    },
  )
})

describe('a disk that fails to sync', () => {
  it.runIf(canTrace())(
    '[17] acknowledges nothing more until the file was opened anew',
    { timeout: 120_000 },
    async () => {
      const failures: Failure[] = []
      // From the first sync that belongs to an append, to the last one; what fails after that was not asked for by anybody.
      for (let call = 8; call < 8 + scaled(25, 3); call++) {
        const file = newFile()
        const child = traced(file, ['-e', `inject=fdatasync,fsync:error=EIO:when=${call}`])
        await child.ended()
        const kinds = child.lines.map(([kind]) => kind)
        const failed = kinds.indexOf('error')
        failures.push({
          error: child.lines[failed]?.slice(1, 3),
          laterAcknowledged: kinds.lastIndexOf('ack') > failed,
          head: child.lines.find(([kind]) => kind === 'head')?.[1],
          lost: await lost(file, child.lines),
        })
      }
      const wanted: Failure = {
        error: ['MICRO_UNAVAILABLE', 'unknown'],
        laterAcknowledged: false,
        head: 'MICRO_UNAVAILABLE',
        lost: [],
      }
      expect(failures).toEqual(failures.map(() => wanted))
    },
  )
})

interface Failure {
  readonly error: readonly unknown[] | undefined
  readonly laterAcknowledged: boolean
  readonly head: unknown
  readonly lost: readonly Line[]
}

describe('a process that is killed at a call to the system', () => {
  it.runIf(canTrace())(
    '[14] at each write, sync, truncation and removal of 30 appends: 0 acknowledged lost, 0 half appends',
    { timeout: 600_000 },
    async () => {
      const places = await callsToTheSystem()
      expect(places.length).toBeGreaterThan(100)
      const chosen = spread(places, scaled(places.length, 12))
      const failures: unknown[] = []
      const killAt = async ({ name, call }: SystemCall): Promise<void> => {
        const file = newFile()
        const child = traced(file, ['-e', `inject=${name}:signal=KILL:when=${call}`])
        await child.ended()
        const isKilled = !child.lines.some(([kind]) => kind === 'end')
        const missing = await lost(file, child.lines)
        if (!isKilled || missing.length > 0) failures.push({ name, call, isKilled, missing })
      }
      const queue = [...chosen]
      const worker = async (): Promise<void> => {
        for (let place = queue.shift(); place !== undefined; place = queue.shift()) await killAt(place)
      }
      await Promise.all([worker(), worker()])
      expect(failures).toEqual([])
    },
  )
})

interface SystemCall {
  readonly name: string
  readonly call: number
}

const CALLS = 'write,pwrite64,pwritev,fdatasync,fsync,ftruncate,fallocate,rename,unlink'

/** Every call of the script that changes the store's files. strace counts each kind of call for itself. */
async function callsToTheSystem(): Promise<readonly SystemCall[]> {
  const file = newFile()
  const told = `${file}-calls`
  await traced(file, ['-e', `trace=${CALLS}`], told).ended()
  const counts = new Map<string, number>()
  const names = [...readFileSync(told, 'utf8').matchAll(/^\d+\s+(\w+)\(/gm)].map(([, name]) => name as string)
  return names.map((name) => {
    const call = (counts.get(name) ?? 0) + 1
    counts.set(name, call)
    return { name, call }
  })
}

function spread<Item>(items: readonly Item[], count: number): readonly Item[] {
  return Array.from({ length: Math.min(count, items.length) }, (_, index) => {
    return items[Math.floor((index * items.length) / count)] as Item
  })
}

/** One writer, one append after the other, so that the calls to the system are the same ones each time. */
function traced(file: string, options: readonly string[], told = '/dev/null'): Child {
  const paths = ['', '-wal', '-shm', '-journal'].flatMap((ending) => ['-P', file + ending])
  const strace = ['strace', '-f', '-qq', '-o', told, ...paths, ...options]
  return startChild({ role: 'write', file, writers: 1, appends: 30 }, strace)
}

/** What was acknowledged and is not where it was said to be; the log itself must be sound and take more. */
async function lost(file: string, lines: readonly Line[]): Promise<readonly Line[]> {
  const store = await openLog(file, { integrityCheck: 'full' })
  const events = await eventsOf(store.readAll())
  const stored = new Map(events.map(({ id, position }) => [id, position]))
  await store.append([{ stream: 'after', expected: 'no-stream', events: [newEvent()] }])
  await store.close()
  return lines.filter(([kind, id, position]) => kind === 'ack' && stored.get(id as string) !== position)
}

function canTrace(): boolean {
  const isThere = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0
  if (!isThere) console.warn('Not run: faults of the disk need strace.')
  return isThere
}

function canMount(): boolean {
  const isThere = process.platform === 'linux' && process.getuid?.() === 0 && tryMount()
  if (!isThere) console.warn('Not run: a full disk needs the right to mount a tmpfs.')
  return isThere
}

function tryMount(): boolean {
  const folder = `/tmp/micro-sqlite-mount-${process.pid}`
  mkdirSync(folder)
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status === 0
  if (isMounted) execFileSync('umount', [folder])
  rmSync(folder, { recursive: true })
  return isMounted
}

function mountSmallDisk(): string {
  const folder = newFolder()
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder])
  expect(statSync(folder).isDirectory()).toBe(true)
  defer(() => execFileSync('umount', ['-l', folder]))
  return folder
}
