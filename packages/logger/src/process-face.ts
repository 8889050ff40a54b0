import { writeSync } from 'node:fs'
import { isatty } from 'node:tty'

export type UncaughtListener = (error: unknown) => void

/** What this package does with the process it runs in; tests give another one. */
export interface ProcessFace {
  exit(code: number): void
  /** Listens for uncaught exceptions and unhandled rejections; gives what ends that. */
  onUncaught(listener: UncaughtListener): () => void
  /** Writes one line to standard error, or not: there is nowhere left to complain. */
  warn(line: string): void
  isTerminal(): boolean
}

export const realProcess: ProcessFace = {
  exit(code) {
    process.exit(code)
  },
  onUncaught(listener) {
    const onException = (error: unknown): void => listener(error)
    process.on('uncaughtException', onException)
    process.on('unhandledRejection', onException)
    return () => {
      process.off('uncaughtException', onException)
      process.off('unhandledRejection', onException)
    }
  },
  warn(line) {
    try {
      // Not process.stderr: its errors come later, as events that would end the process.
      writeSync(2, `${line}\n`)
    } catch {
      return
    }
  },
  isTerminal() {
    return isatty(1)
  },
}
