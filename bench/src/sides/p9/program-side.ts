import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Figures, Side } from '../../measure/row.ts'

const run = promisify(execFile)

/** Starts a program of `bench/programs` in a new process and takes the figures that it prints. */
export function programSide(program: string): Side {
  const file = fileURLToPath(new URL(`../../../programs/${program}`, import.meta.url))
  return {
    units: 1,
    run: async () => {
      const { stdout } = await run(process.execPath, [file])
      return JSON.parse(stdout) as Figures
    },
    outcome: () => undefined,
  }
}
