import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The top of the repository. */
export const root: string = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))))

export const inRoot = (...parts: readonly string[]): string => join(root, ...parts)

export interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly scripts?: Readonly<Record<string, string>>
  readonly bin?: string | Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

export interface WorkspacePackage {
  /** Relative to the top. */
  readonly folder: string
  readonly manifest: Manifest
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}

/** Packages that are published. */
export function publishedPackages(): readonly WorkspacePackage[] {
  return ['packages', 'apps']
    .flatMap((parent) => readdirSync(inRoot(parent)).map((name) => `${parent}/${name}`))
    .filter((folder) => existsSync(inRoot(folder, 'package.json')))
    .map((folder) => ({ folder, manifest: readManifest(inRoot(folder)) }))
    .filter(({ manifest }) => manifest.private !== true)
}

/** The JavaScript file of a tool that the lockfile pins. */
export function toolFile(packageName: string, command: string): string {
  const folder = inRoot('node_modules', packageName)
  const { bin = {} } = readManifest(folder)
  const file = typeof bin === 'string' ? bin : bin[command]
  if (file === undefined) throw new Error(`${packageName} has no command ${command}`)
  return join(folder, file)
}
