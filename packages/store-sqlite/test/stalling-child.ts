// Appends what it is given, and stands still before its transaction commits until it reads a byte.
import { readSync, writeSync } from 'node:fs'
import { type StreamWrite, systemRuntime } from '@micro/core'
import { sqliteEventStore } from '../src/index.ts'
import { type Care, WriteQueue, type WriteTask } from '../src/write-queue.ts'

const { file, writes } = JSON.parse(process.argv[2] as string) as {
  readonly file: string
  readonly writes: readonly StreamWrite[]
}
const runtime = systemRuntime()
const ignore = (): void => undefined
const logger = {
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  fatal: ignore,
  child: () => logger,
  flush: () => Promise.resolve(),
}
const store = await sqliteEventStore({ file }).open({ runtime, logger, service: 'stalling', instance: runtime.newId() })

// oxlint-disable-next-line typescript/unbound-method -- it is called with the queue that it belongs to
const { add } = WriteQueue.prototype
WriteQueue.prototype.add = function <Result>(this: WriteQueue, task: WriteTask<Result>): Promise<Result> {
  const run = (care: Care): Result => {
    const result = task.run(care)
    writeSync(1, 'stalled\n')
    // Blocks the whole process, as SIGSTOP would, with the positions given and the lock of the file held.
    readSync(0, new Uint8Array(1))
    return result
  }
  return add.call(this, { ...task, weight: task.weight, run }) as Promise<Result>
}

await store.append(writes)
writeSync(1, 'written\n')
await store.close()
process.exit(0)
