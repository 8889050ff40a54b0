import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scaled } from '@micro/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { defer, eventsOf, newEvent, newEvents, newFile, newFolder, openLog } from './bench.ts'
import { buildPackage, type Child, type Line, startChild } from './processes.ts'
import { canMount, mountSmallDisk } from './small-disk.ts'

const APPENDS = 30
const WORKERS = 3

beforeAll(buildPackage, 120_000)

describe('a full disk', () => {
  it.runIf(canMount())(
    '[18] refuses appends until there is space again; reads go on',
    { timeout: 60_000 },
    async () => {
      const folder = newFolder()
      defer(mountSmallDisk(folder))
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
    '[17] acknowledges nothing more until the file was opened anew, whichever sync of the run fails',
    { timeout: 300_000 },
    async () => {
      const syncs = await callsToTheSystem('fdatasync,fsync')
      expect(syncs.length).toBeGreaterThan(APPENDS)
      const failures = await eachOf(spread(syncs, scaled(syncs.length, 8)), failAt)
      // Before the first append it refuses to open; after the last one nobody asks for anything.
      expect(failures).toEqual(failures.map(({ name, call, what }) => ({ name, call, what, ...WANTED[what] })))
      const inAppends = failures.filter(({ what }) => what === 'append')
      expect(inAppends.length).toBeGreaterThanOrEqual(scaled(APPENDS, 4))
    },
  )
})

type Failed = 'opening' | 'append' | 'closing'

interface Failure {
  /** What was done when the sync failed. */
  readonly what: Failed
  readonly error: readonly unknown[] | undefined
  readonly laterAcknowledged: boolean
  readonly head: unknown
  readonly lost: readonly Line[]
}

const UNAVAILABLE = 'MICRO_UNAVAILABLE'
const SOUND = { laterAcknowledged: false, lost: [] }
const WANTED: Readonly<Record<Failed, Omit<Failure, 'what'>>> = {
  opening: { ...SOUND, error: ['refused', UNAVAILABLE], head: undefined },
  append: { ...SOUND, error: ['error', UNAVAILABLE, 'unknown'], head: UNAVAILABLE },
  closing: { ...SOUND, error: undefined, head: APPENDS },
}

async function failAt({ name, call }: SystemCall): Promise<Failure & SystemCall> {
  const file = newFile()
  const child = traced(file, inject(name, `error=EIO:when=${call}`))
  await child.ended()
  const { lines } = child
  const kinds = lines.map(([kind]) => kind)
  const failed = kinds.findIndex((kind) => kind === 'error' || kind === 'refused')
  const acknowledged = kinds.filter((kind) => kind === 'ack').length
  return {
    name,
    call,
    what: !kinds.includes('open') ? 'opening' : acknowledged === APPENDS ? 'closing' : 'append',
    error: lines[failed]?.slice(0, kinds[failed] === 'error' ? 3 : 2),
    laterAcknowledged: failed !== -1 && kinds.lastIndexOf('ack') > failed,
    head: lines.find(([kind]) => kind === 'head')?.[1],
    lost: await lost(file, lines),
  }
}

describe('a process that is killed at a call to the system', () => {
  it.runIf(canTrace())(
    '[14] at each write, sync, truncation and removal of 30 appends: 0 acknowledged lost, 0 half appends',
    { timeout: 600_000 },
    async () => {
      const places = await callsToTheSystem(CALLS)
      expect(places.length).toBeGreaterThan(100)
      const chosen = spread(places, scaled(places.length, 12))
      const failures: unknown[] = []
      const killAt = async ({ name, call }: SystemCall): Promise<void> => {
        const file = newFile()
        const child = traced(file, inject(name, `signal=KILL:when=${call}`))
        // strace ends as its child does. Told lines do not show it: the last files are removed after the last line.
        const isKilled = (await child.ended()) === null
        const missing = await lost(file, child.lines)
        if (!isKilled || missing.length > 0) failures.push({ name, call, isKilled, missing })
      }
      await eachOf(chosen, killAt)
      expect(failures).toEqual([])
    },
  )
})

interface SystemCall {
  readonly name: string
  readonly call: number
}

const CALLS = 'write,pwrite64,pwritev,fdatasync,fsync,ftruncate,fallocate,rename,unlink'

/** Every call of these kinds on the store's files that the script does. strace counts each kind of call for itself. */
async function callsToTheSystem(kinds: string): Promise<readonly SystemCall[]> {
  const file = newFile()
  const told = `${file}-calls`
  await traced(file, ['-e', `trace=${kinds}`], told).ended()
  const counts = new Map<string, number>()
  const names = [...readFileSync(told, 'utf8').matchAll(/^\d+\s+(\w+)\(/gm)].map(([, name]) => name as string)
  return names.map((name) => {
    const call = (counts.get(name) ?? 0) + 1
    counts.set(name, call)
    return { name, call }
  })
}

/** One after the other for each core: they wait for the disk half of the time. */
async function eachOf<Item, Result>(
  items: readonly Item[],
  action: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const queue = [...items.entries()]
  const results: Result[] = []
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) results[next[0]] = await action(next[1])
  }
  await Promise.all(Array.from({ length: WORKERS }, worker))
  return results
}

function spread<Item>(items: readonly Item[], count: number): readonly Item[] {
  return Array.from({ length: Math.min(count, items.length) }, (_, index) => {
    return items[Math.floor((index * items.length) / count)] as Item
  })
}

/** strace reports this kind of call only. Not with --seccomp-bpf, which is faster: then no signal is sent. */
function inject(name: string, fault: string): readonly string[] {
  return ['-e', `trace=${name}`, '-e', `inject=${name}:${fault}`]
}

/** One writer, one append after the other, so that the calls to the system are the same ones each time. */
function traced(file: string, options: readonly string[], told = '/dev/null'): Child {
  const paths = ['', '-wal', '-shm', '-journal'].flatMap((ending) => ['-P', file + ending])
  const strace = ['strace', '-f', '-qq', '-o', told, ...paths, ...options]
  return startChild({ role: 'write', file, writers: 1, appends: APPENDS }, strace)
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
