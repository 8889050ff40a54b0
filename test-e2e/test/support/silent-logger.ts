import { defineModule, type Logger } from '@micro/core'

/** Says nothing: what a test expects to fail is no news. */
export const silentLogger: Logger = {
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  fatal: () => undefined,
  child: () => silentLogger,
  flush: () => Promise.resolve(),
}

export const silentModule = defineModule({ name: 'silence', provides: 'logger', create: () => silentLogger })
