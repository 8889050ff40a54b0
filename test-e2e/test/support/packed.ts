import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startProgram } from './program.ts'
import { inRoot, type Manifest, publishedPackages, readManifest } from './workspace.ts'

/** What npm has to know of the network it is in. */
const NETWORK =
  /^(npm_config_(registry|cache|userconfig|proxy|https?_proxy|noproxy|ca|cafile|strict_ssl)|https?_proxy|no_proxy|node_extra_ca_certs)$/i

export function networkEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => NETWORK.test(name)))
}

/** Packs each published package as it would be published; package name → tarball. */
export async function packAll(folder: string): Promise<ReadonlyMap<string, string>> {
  const packed = publishedPackages().map(async ({ folder: source, manifest: { name } }) => {
    const destination = join(folder, name.replace('/', '-'))
    mkdirSync(destination)
    const args = [
      inRoot('node_modules', 'pnpm', 'bin', 'pnpm.mjs'),
      'pack',
      '--silent',
      '--pack-destination',
      destination,
    ]
    const { code, output } = await startProgram(args, { cwd: inRoot(source) }).ended
    const [tarball] = readdirSync(destination)
    if (code !== 0 || tarball === undefined) throw new Error(`${name} cannot be packed: ${output}`)
    return [name, join(destination, tarball)] as const
  })
  return new Map(await Promise.all(packed))
}

/** Makes an empty folder a package and has npm install tarballs there; nobody's install script runs. */
export async function install(folder: string, tarballs: readonly string[]): Promise<void> {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }))
  const args = [
    'install',
    '--ignore-scripts',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    ...tarballs,
  ]
  const { code, output } = await startProgram(args, { cwd: folder, command: 'npm', env: networkEnvironment() }).ended
  if (code !== 0) throw new Error(`npm install ended with ${code}: ${output}`)
}

/** All packages below `node_modules`, nested ones too. */
export function installedPackages(folder: string): readonly Manifest[] {
  const modules = join(folder, 'node_modules')
  let entries: readonly string[]
  try {
    entries = readdirSync(modules)
  } catch {
    return []
  }
  const folders = entries
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      name.startsWith('@') ? readdirSync(join(modules, name)).map((part) => `${name}/${part}`) : [name],
    )
    .map((name) => join(modules, name))
  return folders.flatMap((each) => [readManifest(each), ...installedPackages(each)])
}
