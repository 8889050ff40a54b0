import { createMicro, isMicroError } from '@micro/core'
import { sqliteStore } from '@micro/store-sqlite'

/** Whether any process has the bank's file open: then nobody can have it alone. */
export async function isBankRunning(file: string): Promise<boolean> {
  const { events } = sqliteStore({ file, exclusive: true, integrityCheck: 'off' })
  const visitor = createMicro({ name: 'reset', store: events })
  try {
    await visitor.start()
  } catch (error) {
    if (isMicroError(error, 'MICRO_STORE_LOCKED')) return true
    // A damaged file is a reason for a reset, not against it.
    if (!isMicroError(error)) throw error
  }
  await visitor.stop()
  return false
}
