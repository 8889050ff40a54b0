import { inspect } from 'node:util'
import { isMicroError } from '@micro/core'
import { Problem } from './problem.ts'

/** Prints why a program ends, in a line that says what to do; a stack is only for what nobody expected. */
export function tellProblem(error: unknown): void {
  process.exitCode = 1
  if (isPortTaken(error)) console.error(`${error.message} Choose another PORT, or leave it out to get a free one.`)
  else if (error instanceof Problem || (isMicroError(error) && error.code !== 'MICRO_INTERNAL'))
    console.error(error.message)
  else console.error(`This should not have happened:\n${inspect(error)}`)
}

function isPortTaken(error: unknown): error is Error {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE'
}
