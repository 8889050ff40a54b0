import { isMicroError, type Micro, type MicroErrorCode, type Runtime } from '@micro/core'
import type { LineOutcome } from './ledger.ts'
import type { ParsedLine } from './parsed-line.ts'
import { untilKnown } from './until-known.ts'

/** What the bank says no with; everything else is a fault and settles nothing. */
const REFUSALS: readonly MicroErrorCode[] = [
  'MICRO_INVALID',
  'MICRO_RULE_BROKEN',
  'MICRO_NOT_FOUND',
  'MICRO_FORBIDDEN',
  'MICRO_UNAUTHENTICATED',
  'MICRO_TOO_LARGE',
]

/** Runs a line's command. With the same id a command that ran before a crash is not run again but answered. */
export async function settleLine(
  micro: Micro,
  runtime: Runtime,
  line: ParsedLine,
  commandId: string,
): Promise<LineOutcome> {
  if ('problem' in line) return { isAccepted: false, reason: line.problem }
  try {
    await untilKnown(runtime, () => micro.act(line.command, line.payload, { commandId }))
    return { isAccepted: true }
  } catch (error) {
    if (!isMicroError(error)) throw error
    // Done, though the answer could not be given: the log holds the command.
    if (error.outcome === 'done') return { isAccepted: true }
    if (error.outcome === 'none' && REFUSALS.includes(error.code)) return { isAccepted: false, reason: error.message }
    throw error
  }
}
