// Where a server's program may be. Used by tests and scripts alike, so nothing here knows a test runner.
import { execFileSync } from 'node:child_process'
import { accessSync, constants, readdirSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

/** Folder that `.ci/run` and people fill: `$XDG_CACHE_HOME/micro/bin`, else `~/.cache/micro/bin`. */
export function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'micro', 'bin')
}

/** Debian keeps servers where an ordinary user's PATH does not look. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin']

/** Programs of this name, or of this name and a version behind a `-`; each once. */
export function findBinaries(name: string): readonly string[] {
  const folders = [cacheFolder(), ...(process.env['PATH'] ?? '').split(delimiter), ...SYSTEM_FOLDERS]
  const paths = folders.flatMap((folder) =>
    namesIn(folder)
      .filter((file) => file === name || (folder === cacheFolder() && file.startsWith(`${name}-`)))
      .map((file) => join(folder, file)),
  )
  return [...new Set(paths.filter(isExecutable).map((path) => realpathSync(path)))]
}

/** What the program says of its version, as `2.15.2`. */
export function versionOf(binary: string, args: readonly string[] = ['--version']): string {
  const said = execFileSync(binary, args, { encoding: 'utf8', timeout: 10_000 })
  return /\d+\.\d+\.\d+/.exec(said)?.[0] ?? said.trim()
}

function namesIn(folder: string): readonly string[] {
  try {
    return folder === '' ? [] : readdirSync(folder)
  } catch {
    return []
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
