import { pino } from 'pino'
import { MOST_BUFFERED_BYTES, type OnProblem, type Sink } from './sink.ts'

/**
 * Standard output, written synchronously: a line has left the process when the call that logged it returns, so no way of
 * ending the process loses it.
 */
export function standardOutput(onProblem: OnProblem): Sink {
  const stream = pino.destination({ dest: 1, sync: true, maxLength: MOST_BUFFERED_BYTES })
  // Without a listener a full disk behind `> service.log` would be an uncaught error.
  stream.on('error', onProblem)
  return {
    write(line) {
      stream.write(line)
    },
    // Never flushSync(): in sonic-boom 4.2 it waits for ever, blocking, on any error but EAGAIN.
    flush: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
}
