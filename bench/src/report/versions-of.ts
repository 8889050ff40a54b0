import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(import.meta.url)

/** Name → version of installed packages. Not through `exports`, which may hide package.json. */
export function versionsOf(packages: readonly string[]): Record<string, string> {
  return Object.fromEntries([...new Set(packages)].sort().map((name) => [name, versionOf(name)]))
}

function versionOf(name: string): string {
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      const { version } = JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')) as { version: string }
      return version
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    }
  }
  throw new Error(`${name} is not installed`)
}
