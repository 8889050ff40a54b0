import { createHash } from 'node:crypto'
import type { Micro, Runtime } from '@micro/core'
import type { Ledger, LineOutcome } from './ledger.ts'
import type { ParsedLine } from './parsed-line.ts'
import { settleLine } from './settle-line.ts'

/** Lines under way at once; their commits share syncs of the disk. */
const MOST_UNDER_WAY = 64

export interface ImportOptions {
  readonly micro: Micro
  readonly ledger: Ledger
  readonly runtime: Runtime
  readonly lines: Iterable<ParsedLine>
  /** From `fileHash`: command ids derive from it. */
  readonly hash: string
  readonly onSettled?: ((line: number, outcome: LineOutcome) => void) | undefined
  /** No line is begun after it; those under way are settled. */
  readonly signal?: AbortSignal | undefined
}

export function fileHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/**
 * Runs the lines of a file. Lines that name a common account run in their order, each after the one before is in the ledger:
 * a "no" could else become a "yes" after a crash, because a later line had brought the money. So a crash leaves at most one
 * open line per account, and that one meets the same account again, or is known to the bank by its id.
 *
 * @throws the first fault, when the lines under way are settled; the same import again goes on from there
 */
export async function runImport(options: ImportOptions): Promise<void> {
  const { lines, signal } = options
  const underWay = new Set<Promise<void>>()
  const lastOf = new Map<string, Promise<void>>()
  const faults: unknown[] = []
  try {
    for (const line of lines) {
      if (faults.length > 0 || signal?.aborted === true) break
      const accounts = accountsOf(line)
      const before = accounts.map((account) => lastOf.get(account) ?? Promise.resolve())
      const settled = Promise.all(before)
        .then(() => (faults.length > 0 ? undefined : settleAndRecord(options, line)))
        .catch((fault: unknown) => void faults.push(fault))
        .finally(() => {
          underWay.delete(settled)
          for (const account of accounts) if (lastOf.get(account) === settled) lastOf.delete(account)
        })
      underWay.add(settled)
      for (const account of accounts) lastOf.set(account, settled)
      if (underWay.size >= MOST_UNDER_WAY) await Promise.race(underWay)
    }
  } finally {
    await Promise.all(underWay)
  }
  if (faults.length > 0) throw faults[0]
}

async function settleAndRecord(options: ImportOptions, line: ParsedLine): Promise<void> {
  const { micro, ledger, runtime, hash, onSettled } = options
  let outcome = ledger.outcomeOf(line.number)
  if (outcome === undefined) {
    outcome = await settleLine(micro, runtime, line, `import-${hash}-${line.number}`)
    await ledger.record(line.number, outcome)
  }
  onSettled?.(line.number, outcome)
}

function accountsOf(line: ParsedLine): readonly string[] {
  if ('problem' in line) return []
  const { account, from, to } = line.payload
  return [...new Set([account, from, to])].filter((name) => typeof name === 'string')
}
