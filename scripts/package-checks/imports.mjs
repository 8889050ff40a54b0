// Every import of a published file is a declared dependency: in this workspace others would be found by luck.
import { readdirSync, readFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../run-tool.mjs'

const statement = /^(?:import|export)\s(?:[^'"]*?\sfrom\s+)?'([^'\n]+)'/gm
const dynamic = /\bimport\('([^'\n]+)'\)/g
const comments = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm

const packageOf = (specifier) => /^(@[^/]+\/[^/]+|[^/]+)/.exec(specifier)[1]

export function* checkImports({ folder, manifest }) {
  const source = join(root, folder, 'src')
  if (!existsSync(source)) return
  const declared = new Set([manifest.name, ...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })])
  for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || /\.(test|test-d)\.ts$/.test(file)) continue
    const text = readFileSync(join(source, file), 'utf8').replace(comments, '')
    for (const [, specifier] of [...text.matchAll(statement), ...text.matchAll(dynamic)]) {
      if (specifier.startsWith('.') || specifier.startsWith('node:')) continue
      if (!declared.has(packageOf(specifier)))
        yield `src/${file} imports ${specifier}, which package.json does not depend on`
    }
  }
}
