// The packages of this workspace, as pnpm-workspace.yaml names their folders.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readJson, root } from './run-tool.mjs'

/** The folder patterns of pnpm-workspace.yaml: a plain list, so no YAML reader is needed before the install. */
function patterns() {
  const lines = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8').split('\n')
  const first = lines.indexOf('packages:') + 1
  const end = lines.findIndex((line, index) => index >= first && !line.startsWith('  - '))
  return lines.slice(first, end).map((line) => line.slice('  - '.length).trim())
}

/** Folders with a package.json, relative to the root, with `/` on every system. */
export function packageFolders() {
  const folders = patterns().flatMap((pattern) => {
    if (!pattern.endsWith('/*')) return [pattern]
    const parent = pattern.slice(0, -2)
    return existsSync(join(root, parent)) ? readdirSync(join(root, parent)).map((name) => `${parent}/${name}`) : []
  })
  return folders.filter((folder) => existsSync(join(root, folder, 'package.json'))).sort()
}

export const listPackages = () =>
  packageFolders().map((folder) => ({ folder, manifest: readJson(join(root, folder, 'package.json')) }))
