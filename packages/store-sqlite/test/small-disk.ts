import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Whether a disk can be made here; says so in one line where it cannot. */
export function canMount(): boolean {
  const isThere = process.platform === 'linux' && process.getuid?.() === 0 && tryMount()
  if (!isThere) console.warn('Not run: a full disk needs the right to mount a tmpfs.')
  return isThere
}

function tryMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'micro-mount-'))
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status === 0
  if (isMounted) execFileSync('umount', [folder])
  rmSync(folder, { recursive: true })
  return isMounted
}

/** The folder is a disk of 1 MiB from now on. @returns what makes it a folder again */
export function mountSmallDisk(folder: string): () => void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder])
  return () => execFileSync('umount', ['-l', folder])
}
