// What every package.json says alike.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../run-tool.mjs'

const files = ['dist', 'src', '!dist/.tsbuildinfo', '!**/*.test.ts', '!**/*.test-d.ts']
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b)

function* versions(manifest) {
  for (const field of ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']) {
    for (const [name, range] of Object.entries(manifest[field] ?? {})) {
      const wanted = name.startsWith('@micro/') ? 'workspace:^' : 'catalog:'
      if (range !== wanted) yield `${field}.${name} is "${range}": write "${wanted}", so that there is one version`
    }
  }
}

export function* checkManifest({ folder, manifest }) {
  if (manifest.license !== 'MIT') yield 'license is not MIT'
  if (manifest.type !== 'module') yield 'type is not module: every package is ESM only'
  if (manifest.sideEffects !== false) yield 'sideEffects is not false'
  if (manifest.engines?.node !== '>=20.19') yield 'engines.node is not >=20.19'
  if (!manifest.description) yield 'description is missing'
  yield* versions(manifest)

  const licence = join(root, folder, 'LICENSE')
  if (!existsSync(licence)) yield 'LICENSE is missing: copy the one at the top'
  else if (readFileSync(licence, 'utf8') !== readFileSync(join(root, 'LICENSE'), 'utf8'))
    yield 'LICENSE differs from the one at the top'
  for (const file of ['tsconfig.test.json', 'vitest.config.ts']) {
    if (!existsSync(join(root, folder, file))) yield `${file} is missing: copy it from a package beside this one`
  }

  if (manifest.private) return
  const missing = files.filter((pattern) => !manifest.files?.includes(pattern))
  if (missing.length > 0) yield `files lacks ${missing.join(', ')}`
  if (!same(manifest.publishConfig, { access: 'public', provenance: true }))
    yield 'publishConfig is not public with provenance'
}
