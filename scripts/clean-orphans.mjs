// Removes from dist what no source makes any more; run by each package's build, in the package's folder.
// The compiler leaves such files, and a deleted module would still be found, tested and published.
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isMain } from './is-main.mjs'

const buildInfo = '.tsbuildinfo'

const filesBelow = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    : []

/** Compares one package's dist with its src: outputs without a source, and whether each source has its output. */
export function compareOutputs(packageFolder) {
  // Tests are not built, and a declaration file has no output.
  const sources = filesBelow(join(packageFolder, 'src')).filter(
    (file) => file.endsWith('.ts') && !/\.(test|test-d|d)\.ts$/.test(file),
  )
  const stems = sources.map((file) => file.slice(0, -'.ts'.length))
  const expected = new Set(stems.flatMap((stem) => ['.js', '.js.map', '.d.ts', '.d.ts.map'].map((end) => stem + end)))
  const found = filesBelow(join(packageFolder, 'dist')).filter((file) => file !== buildInfo)
  return {
    orphans: found.filter((file) => !expected.has(file)),
    isComplete: stems.every((stem) => found.includes(`${stem}.js`)),
  }
}

function removeEmptyFolders(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmptyFolders(join(folder, entry.name))
  }
  if (readdirSync(folder).length === 0) rmSync(folder, { recursive: true })
}

function cleanOrphans(packageFolder) {
  const dist = join(packageFolder, 'dist')
  if (!existsSync(dist)) return
  const { orphans, isComplete } = compareOutputs(packageFolder)
  for (const file of orphans) rmSync(join(dist, file))
  // The compiler trusts this record and would not write again what somebody deleted.
  if (!isComplete) rmSync(join(dist, buildInfo), { force: true })
  removeEmptyFolders(dist)
}

if (isMain(import.meta.url)) cleanOrphans(process.cwd())
