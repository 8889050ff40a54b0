import type { CheckpointOptions, GenerationCheckpoint } from '@micro/core'
import type { Database } from './database.ts'
import type { ProjectionTables } from './projection-tables.ts'

/**
 * The checkpoint once it has reached `atLeast`, whichever process moves it; `undefined` as soon as there is none.
 *
 * @param assertOpen throws when whoever waits is to give up
 */
export async function waitForCheckpoint(
  database: Database,
  tables: ProjectionTables,
  projection: string,
  { atLeast = 0, generation, signal }: CheckpointOptions,
  assertOpen: () => void,
): Promise<GenerationCheckpoint | undefined> {
  for (;;) {
    const { watch } = database
    const [epoch, found] = await database.read(() => [watch.epoch, tables.find(projection, generation)] as const)
    assertOpen()
    if (found === undefined) return undefined
    const { position, eventId, generation: answering } = found
    if (position >= atLeast) return { position, eventId, generation: answering }
    await nextChange(database, epoch, signal)
    assertOpen()
  }
}

function nextChange({ watch }: Database, epoch: number, signal: AbortSignal | undefined): Promise<void> {
  if (watch.epoch !== epoch) return Promise.resolve()
  return new Promise((resolve) => {
    const onChange = (): void => {
      signal?.removeEventListener('abort', onChange)
      watch.stopWaiting(onChange)
      resolve()
    }
    signal?.addEventListener('abort', onChange, { once: true })
    watch.wait(onChange)
  })
}
