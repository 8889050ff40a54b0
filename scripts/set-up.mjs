// Brings node_modules to what pnpm-lock.yaml says. Nothing to do takes some milliseconds, so every command starts with it.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMain } from './is-main.mjs'
import { packageFolders } from './list-packages.mjs'
import { readJson, root } from './run-tool.mjs'

const stampPath = join(root, 'node_modules', '.set-up-stamp')

function checkNodeVersion() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  console.error(`micro needs Node 20.19 or newer, and this is Node ${process.versions.node}.`)
  console.error('Install a current Node (its download page has one for every system), then run the same command again.')
  process.exit(1)
}

/** Changes with everything an install depends on. */
function currentStamp() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`)
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'])
    hash.update(readFileSync(join(root, file)))
  for (const folder of packageFolders()) hash.update(folder).update(readFileSync(join(root, folder, 'package.json')))
  return hash.digest('hex')
}

function isInstalled(stamp) {
  if (!existsSync(stampPath) || readFileSync(stampPath, 'utf8') !== stamp) return false
  return packageFolders().every((folder) => existsSync(join(root, folder, 'node_modules')))
}

/** The pinned pnpm: the installed one when it is that version, else npm fetches it from the registry. */
function pnpmCommand() {
  const [, version] = readJson(join(root, 'package.json')).packageManager.split('@')
  const installed = join(root, 'node_modules', 'pnpm')
  if (existsSync(installed) && readJson(join(installed, 'package.json')).version === version) {
    return [process.execPath, join(installed, 'bin', 'pnpm.mjs')]
  }
  const npm = process.env.npm_execpath
  const exec = ['exec', '--yes', `--package=pnpm@${version}`, '--', 'pnpm']
  // npm says where its own program is; started without npm, the one on the PATH has to do.
  return npm?.endsWith('npm-cli.js') ? [process.execPath, npm, ...exec] : ['npm', ...exec]
}

/** Installs what the lockfile names when it is not installed yet; ends the process with a remedy when it cannot. */
export function setUp() {
  checkNodeVersion()
  const stamp = currentStamp()
  if (isInstalled(stamp)) return
  console.log('Set-up: installing the dependencies that pnpm-lock.yaml names (once, and after it changes) …')
  const [command, ...args] = pnpmCommand()
  const result = spawnSync(command, [...args, 'install', '--frozen-lockfile', '--config.confirmModulesPurge=false'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    shell: command === 'npm' && process.platform === 'win32',
  })
  if (result.error || result.status !== 0) {
    console.error(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error ? `${result.error.message}\n` : ''}`)
    console.error('Set-up failed; what the package manager said stands above. Usual causes:')
    console.error('  no connection to the npm registry, or a proxy that npm does not know (`npm ping` tells);')
    console.error(
      '  a package.json changed without pnpm-lock.yaml: run `npx pnpm install --no-frozen-lockfile` and commit both;',
    )
    console.error('  a full disk, or node_modules owned by another user: mend it, or remove node_modules.')
    process.exit(1)
  }
  writeFileSync(stampPath, stamp)
}

if (isMain(import.meta.url)) setUp()
