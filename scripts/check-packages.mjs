// Sees that all packages are built alike: what the house style asks of a package and no linter knows. Needs a build.
import { isMain } from './is-main.mjs'
import { listPackages } from './list-packages.mjs'
import { checkConformance } from './package-checks/conformance.mjs'
import { checkExports } from './package-checks/exports.mjs'
import { checkImports } from './package-checks/imports.mjs'
import { checkManifest } from './package-checks/manifest.mjs'
import { checkReadme } from './package-checks/readme.mjs'
import { checkReferences, checkRootReferences } from './package-checks/references.mjs'

const checks = [checkManifest, checkExports, checkImports, checkReferences, checkReadme, checkConformance]

/** Prints what is wrong, and gives 0 when nothing is. */
export function checkPackages() {
  const packages = listPackages()
  const problems = [...checkRootReferences(packages)].map((problem) => `top level: ${problem}`)
  for (const each of packages) {
    for (const check of checks)
      problems.push(...[...check(each, packages)].map((problem) => `${each.folder}: ${problem}`))
  }
  for (const problem of problems) console.error(problem)
  console.log(`${packages.length} packages looked at, ${problems.length} problems`)
  return problems.length === 0 ? 0 : 1
}

if (isMain(import.meta.url)) process.exitCode = checkPackages()
