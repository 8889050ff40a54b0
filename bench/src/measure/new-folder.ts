import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder of its own on the disk, gone with the process. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'micro-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}
