// Starts the tools that the lockfile pins, without a shell and without anything on the PATH but Node.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

export const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

/** The JavaScript file behind a command of an installed package: the same on every system, unlike node_modules/.bin. */
export function toolPath(packageName, command = packageName) {
  const folder = join(root, 'node_modules', packageName)
  if (!existsSync(folder)) throw new Error(`${packageName} is not installed: run \`node scripts/set-up.mjs\` first.`)
  const { bin } = readJson(join(folder, 'package.json'))
  return join(folder, typeof bin === 'string' ? bin : bin[command])
}

/** Runs a Node program to its end and gives its exit code; a signal counts as a failure. */
export function runNode(file, args, options = {}) {
  const { env, ...rest } = options
  const result = spawnSync(process.execPath, [file, ...args], {
    cwd: root,
    stdio: 'inherit',
    // turbo looks for pnpm on the PATH, and there is none but ours.
    env: { ...process.env, ...env, PATH: join(root, 'node_modules', '.bin') + delimiter + process.env.PATH },
    ...rest,
  })
  if (result.error) throw result.error
  return result.status ?? 1
}

/** Two tasks at a time: the tests of one package use more than one core already. */
export const runTurbo = (args) =>
  runNode(toolPath('turbo'), ['run', '--concurrency=2', ...args], {
    env: { TURBO_TELEMETRY_DISABLED: '1', MICRO_TEST_NODE: process.version },
  })
