// An adapter proves its port: it runs the shared suite, with nothing left out.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { root } from '../run-tool.mjs'

export function* checkConformance({ folder }) {
  if (!/^(store|transport|projection)-/.test(basename(folder))) return
  const test = join(root, folder, 'test')
  const suites = existsSync(test) ? readdirSync(test).filter((file) => /conformance.*\.test\.ts$/.test(file)) : []
  if (suites.length === 0) yield 'test/conformance.test.ts is missing: run the suite of @micro/testkit'
  for (const file of suites) {
    if (!readFileSync(join(test, file), 'utf8').includes('@micro/testkit'))
      yield `test/${file} does not run @micro/testkit`
  }
}
