import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect } from 'vitest'
import { startProgram } from './program.ts'
import { tempFolder } from './temp-folder.ts'
import { inRoot } from './workspace.ts'

/**
 * Runs a script of this folder on the bank of the examples, `node --expose-gc SCRIPT BANK_MODULE ...counts`, and gives what it
 * measured, a line of JSON each. It must end by itself: whatever were left open would keep it alive.
 */
export async function measuredBy<Measurement>(
  script: string,
  counts: readonly number[],
): Promise<readonly Measurement[]> {
  using folder = tempFolder()
  const path = fileURLToPath(new URL(script, import.meta.url))
  const bank = pathToFileURL(inRoot('examples', 'bank', 'dist', 'bank.js')).href
  await using program = startProgram(['--expose-gc', path, bank, ...counts.map(String)], { cwd: folder.path })
  const { code, output } = await program.ended
  expect([code, output]).toEqual([0, expect.stringMatching(/^\{/)])
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Measurement)
}
