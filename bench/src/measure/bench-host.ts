import { type Host, stderrLogger, systemRuntime } from '@micro/core'

/** For ports that a side opens itself. */
export function benchHost(): Host {
  const runtime = systemRuntime()
  return { runtime, logger: stderrLogger(), service: 'bench', instance: runtime.newId() }
}
