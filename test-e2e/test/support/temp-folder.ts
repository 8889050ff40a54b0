import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TempFolder extends Disposable {
  readonly path: string
}

/** An empty folder outside the workspace, gone with all that is in it when it goes out of scope. */
export function tempFolder(): TempFolder {
  const path = mkdtempSync(join(tmpdir(), 'micro-e2e-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}
