// What a package exports exists, in src and in dist, and dist holds nothing else.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { compareOutputs } from '../clean-orphans.mjs'
import { root } from '../run-tool.mjs'

function* checkExport(folder, subpath, target) {
  const match = /^\.\/src\/(.+)\.ts$/.exec(target['@micro/source'] ?? '')
  if (!match) {
    yield `exports["${subpath}"] has no "@micro/source" in src: tests of other packages would need a build`
    return
  }
  if (match[1].startsWith('internal/')) yield `exports["${subpath}"] publishes src/internal`
  const wanted = {
    '@micro/source': `./src/${match[1]}.ts`,
    types: `./dist/${match[1]}.d.ts`,
    default: `./dist/${match[1]}.js`,
  }
  // The order counts: Node and TypeScript take the first condition that fits.
  if (JSON.stringify(target) !== JSON.stringify(wanted))
    yield `exports["${subpath}"] should be ${JSON.stringify(wanted)}`
  for (const file of Object.values(target)) {
    if (!existsSync(join(root, folder, file))) yield `exports["${subpath}"] names ${file}, which does not exist`
  }
}

export function* checkExports({ folder, manifest }) {
  if (existsSync(join(root, folder, 'tsconfig.json'))) {
    const { orphans, isComplete } = compareOutputs(join(root, folder))
    for (const file of orphans) yield `dist/${file} has no source any more: build again`
    if (!isComplete) yield 'dist lacks outputs of some sources: build again'
  }
  if (manifest.private) return
  if (manifest.exports?.['./package.json'] !== './package.json') yield 'exports lacks "./package.json"'
  if (!manifest.exports?.['.']) yield 'exports lacks "."'
  for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
    if (subpath !== './package.json') yield* checkExport(folder, subpath, target)
  }
}
