import type { Problem } from '../errors/details.ts'
import { MicroError } from '../errors/micro-error.ts'

/**
 * The error for a value that is not as it must be.
 *
 * @param what names the value in the message, in lower case: `the payload of 'deposit money'`
 * @param problems at least one; each message reads on after its path: `must be >= 1`
 */
export function invalidError(what: string, problems: readonly Problem[]): MicroError<'MICRO_INVALID'> {
  const first = problems[0]
  const where = first === undefined || first.path === '' ? 'it' : first.path
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  const message = `${what.charAt(0).toUpperCase()}${what.slice(1)} is invalid: ${where} ${first?.message ?? 'is not as it must be'}${more}`
  return new MicroError('MICRO_INVALID', message, { details: { problems } })
}
