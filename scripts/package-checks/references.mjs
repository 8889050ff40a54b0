// TypeScript's project references say the same as package.json: `tsc -b` builds in the right order and forgets nobody.
import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { readJson, root } from '../run-tool.mjs'

const hasBuild = (folder) => existsSync(join(root, folder, 'tsconfig.json'))

function referencesOf(folder) {
  const text = readFileSync(join(root, folder, 'tsconfig.json'), 'utf8').replace(/^\s*\/\/.*$/gm, '')
  return (JSON.parse(text).references ?? []).map(({ path }) => posix.join(folder, path)).sort()
}

function* difference(found, wanted) {
  for (const folder of wanted) if (!found.includes(folder)) yield `tsconfig.json lacks a reference to ${folder}`
  for (const folder of found) if (!wanted.includes(folder)) yield `tsconfig.json refers to ${folder} for no reason`
}

export function* checkReferences({ folder, manifest }, packages) {
  if (!existsSync(join(root, folder, 'src'))) return
  if (!hasBuild(folder)) {
    yield 'tsconfig.json is missing: copy it from a package beside this one'
    return
  }
  const used = { ...manifest.dependencies, ...manifest.peerDependencies }
  const wanted = packages.filter((other) => other.manifest.name in used).map((other) => other.folder)
  yield* difference(referencesOf(folder), wanted)
}

export function* checkRootReferences(packages) {
  yield* difference(referencesOf('.'), packages.map(({ folder }) => folder).filter(hasBuild))
  const { packageManager } = readJson(join(root, 'package.json'))
  const { version } = readJson(join(root, 'node_modules', 'pnpm', 'package.json'))
  if (packageManager !== `pnpm@${version}`)
    yield `packageManager is ${packageManager}, and the catalog installs pnpm@${version}`
}
