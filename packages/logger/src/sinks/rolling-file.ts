// oxlint-disable-next-line typescript/triple-slash-reference -- pino-roll has no types of its own, and whoever compiles this package from its sources needs ours
/// <reference path="../pino-roll.d.ts" />
import { join } from 'node:path'
import type { RollingStream } from 'pino-roll'
import type { LogFiles } from '../options.ts'
import { MOST_BUFFERED_BYTES, type OnProblem, type Sink } from './sink.ts'

/** With the date in the name: without it pino-roll begins each day at 1 again and appends to the oldest file. */
const DATE_FORMATS = { daily: 'yyyy-MM-dd', hourly: 'yyyy-MM-dd-HH' } as const

/**
 * A file that is rolled by size, clock or both; the oldest go. Written synchronously, like standard output, and in this
 * thread: a transport in a worker loses the last lines of a process that ends.
 *
 * One that cannot be opened stays off; one that cannot be written, as on a full disk, goes on when it can.
 */
export async function rollingFile(name: 'info' | 'error', files: LogFiles, onProblem: OnProblem): Promise<Sink> {
  let stream: RollingStream
  try {
    stream = await openStream(name, files)
  } catch (error) {
    onProblem(error)
    return { write: () => undefined, flush: () => Promise.resolve(), close: () => Promise.resolve() }
  }
  stream.on('error', (error: unknown) => {
    // A roll that failed leaves its listener, and the next would close the old file a second time: by then its number
    // may be another file's.
    stream.removeAllListeners('ready')
    onProblem(error)
  })
  return {
    write(line) {
      if (!stream.destroyed) stream.write(line)
    },
    flush: () => Promise.resolve(),
    close() {
      if (stream.destroyed) return Promise.resolve()
      // Not end(): that never closes a file which cannot be written.
      return new Promise((resolve) => {
        stream.once('close', resolve)
        stream.destroy()
      })
    },
  }
}

async function openStream(name: string, files: LogFiles): Promise<RollingStream> {
  const { default: pinoRoll } = await import('pino-roll')
  const { folder, maxSizeBytes, frequency, keep } = files
  return pinoRoll({
    file: join(folder, `${name}.log`),
    size: `${maxSizeBytes}b`,
    ...(frequency === 'never' ? {} : { frequency, dateFormat: DATE_FORMATS[frequency] }),
    limit: { count: keep, removeOtherLogFiles: true },
    mkdir: true,
    // Logs may name people: not for everybody on the machine.
    mode: 0o640,
    sync: true,
    maxLength: MOST_BUFFERED_BYTES,
  })
}
