import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startProgram } from './program.ts'
import { toolFile } from './workspace.ts'

/** What a careful user has: everything strict, modules as Node resolves them, and none of our own settings. */
const STRICT = {
  target: 'ES2023',
  lib: ['ES2023', 'ESNext.Disposable'],
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  moduleDetection: 'force',
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  rewriteRelativeImportExtensions: true,
  rootDir: 'src',
  outDir: 'out',
}

/**
 * Compiles `src` of a folder to its `out` with the repository's compiler.
 *
 * @returns what the compiler says, nothing when all is well
 */
export async function compile(folder: string, options: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const config = { compilerOptions: { ...STRICT, ...options }, include: ['src'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const { code, output } = await startProgram(
    [toolFile('typescript', 'tsc'), '-p', 'tsconfig.json', '--pretty', 'false'],
    {
      cwd: folder,
    },
  ).ended
  return code === 0 ? '' : output || `tsc ended with ${code}`
}
