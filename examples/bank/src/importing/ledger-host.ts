import type { Host, Logger, Runtime } from '@micro/core'

/** What the ledger's store is opened with: warnings go to the error output. */
export function ledgerHost(runtime: Runtime): Host {
  const ignore = (): void => undefined
  const tell: Logger['warn'] = (fields, message) => console.error(message, fields)
  const logger: Logger = {
    trace: ignore,
    debug: ignore,
    info: ignore,
    warn: tell,
    error: tell,
    fatal: tell,
    child: () => logger,
    flush: () => Promise.resolve(),
  }
  return { runtime, logger, service: 'bank import', instance: runtime.newId() }
}
