// Packs each package as it would be published, and lets publint and attw look at the tarball. Needs a build.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isMain } from './is-main.mjs'
import { listPackages } from './list-packages.mjs'
import { root, runNode, toolPath } from './run-tool.mjs'

function checkTarball({ folder }, destination) {
  const pnpm = join(root, 'node_modules', 'pnpm', 'bin', 'pnpm.mjs')
  const packed = runNode(pnpm, ['pack', '--silent', '--pack-destination', destination], { cwd: join(root, folder) })
  if (packed !== 0) return packed
  const tarball = join(destination, readdirSync(destination).at(-1))
  const linted = runNode(toolPath('publint'), ['run', tarball, '--strict', '--level', 'warning'])
  // esm-only: a CommonJS file reaches these packages through Node's require() of ESM.
  const attw = [tarball, '--profile', 'esm-only', '--no-emoji']
  const typed = runNode(toolPath('@arethetypeswrong/cli', 'attw'), [...attw, '--quiet'])
  if (typed !== 0) runNode(toolPath('@arethetypeswrong/cli', 'attw'), attw)
  return linted + typed
}

/** Gives 0 when every published package is sound. */
export function checkTarballs() {
  const failed = listPackages()
    .filter(({ manifest }) => !manifest.private)
    .filter((each) => {
      const destination = mkdtempSync(join(tmpdir(), 'micro-pack-'))
      try {
        return checkTarball(each, destination) !== 0
      } finally {
        rmSync(destination, { recursive: true })
      }
    })
  for (const { folder } of failed) console.error(`${folder}: its tarball has problems, listed above`)
  return failed.length === 0 ? 0 : 1
}

if (isMain(import.meta.url)) process.exitCode = checkTarballs()
