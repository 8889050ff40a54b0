import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

export interface TempFolder extends Disposable {
  readonly path: string
}

const made = new Set<string>()

// Those of tests that ran out of time are still there.
afterAll(() => made.forEach(remove))

/** An empty folder outside the workspace, gone with all that is in it when it goes out of scope. */
export function tempFolder(): TempFolder {
  const path = mkdtempSync(join(tmpdir(), 'micro-e2e-'))
  made.add(path)
  return { path, [Symbol.dispose]: () => remove(path) }
}

function remove(path: string): void {
  made.delete(path)
  rmSync(path, { recursive: true, force: true })
}
