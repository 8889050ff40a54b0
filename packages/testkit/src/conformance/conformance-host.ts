import type { Host, Logger } from '@micro/core'
import { systemRuntime } from '@micro/core'

/** What a suite opens providers with: the real runtime, and a logger that says nothing. */
export function conformanceHost(overrides: Partial<Host> = {}): Host {
  const runtime = overrides.runtime ?? systemRuntime()
  return Object.freeze({
    runtime,
    logger: silentLogger(),
    service: 'conformance',
    instance: runtime.newId(),
    ...overrides,
  })
}

function silentLogger(): Logger {
  const ignore = (): void => undefined
  const logger: Logger = {
    trace: ignore,
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: ignore,
    fatal: ignore,
    child: () => logger,
    flush: () => Promise.resolve(),
  }
  return logger
}
