import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Results } from './results.ts'

function inPackage(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url))
}

export const RESULTS_FILE = inPackage('results.json')
export const REASONS_FILE = inPackage('reasons.json')
export const DOCUMENT_FILE = inPackage('../docs/reference/performance.md')

export function readResults(): Results | undefined {
  if (!existsSync(RESULTS_FILE)) return undefined
  return JSON.parse(readFileSync(RESULTS_FILE, 'utf8')) as Results
}

/** Row → comparison → why its target is missed: written by hand, after profiling. */
export type Reasons = Readonly<Record<string, Readonly<Record<string, string>>>>

export function readReasons(): Reasons {
  return existsSync(REASONS_FILE) ? (JSON.parse(readFileSync(REASONS_FILE, 'utf8')) as Reasons) : {}
}
