import { runTurbo } from './run-tool.mjs'

/** Ends the process where the bank cannot be built. */
export function buildBank() {
  const status = runTurbo(['build', '--filter=@micro/example-bank', '--output-logs=errors-only', '--log-prefix=none'])
  if (status === 0) return
  console.error('The bank could not be built; the compiler says why above.')
  process.exit(status)
}
