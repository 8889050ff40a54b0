import type { LogDestination } from '../options.ts'
import { MOST_BUFFERED_BYTES, type OnProblem, type Sink } from './sink.ts'

interface EventedDestination extends LogDestination {
  readonly writableLength: number
  write(line: string, done?: (error?: Error | null) => void): unknown
  on(event: 'error', listener: OnProblem): unknown
  off(event: 'error', listener: OnProblem): unknown
}

/** The caller's stream. It is written to and listened to, never closed. */
export function givenStream(destination: LogDestination, onProblem: OnProblem): Sink {
  const stream = isEvented(destination) ? destination : undefined
  stream?.on('error', onProblem)
  return {
    write(line) {
      if (stream !== undefined && stream.writableLength > MOST_BUFFERED_BYTES) {
        onProblem(new Error('the destination does not take its lines'))
        return
      }
      try {
        destination.write(line)
      } catch (error) {
        onProblem(error)
      }
    },
    flush() {
      if (stream === undefined || stream.writableLength === 0) return Promise.resolve()
      // An empty write is done after all before it; with an error when the stream has broken, and then nothing is left.
      return new Promise((resolve) => void stream.write('', () => resolve()))
    },
    async close() {
      await this.flush()
      stream?.off('error', onProblem)
    },
  }
}

function isEvented(destination: LogDestination): destination is EventedDestination {
  const stream = destination as Partial<EventedDestination>
  return (
    typeof stream.writableLength === 'number' && typeof stream.on === 'function' && typeof stream.off === 'function'
  )
}
