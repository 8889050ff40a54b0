import { type MicroOptions, loadSheets } from '@micro/core'
const address = new URL('../../../examples/bank/src/bank.ts', import.meta.url).href
const sheets = await loadSheets(address, (file) => import(file))

/** The bank of the examples. */
export const BANK = import.meta.url

export function serviceOptions(options: Readonly<Record<string, unknown>>): Partial<MicroOptions> {
  return { name: 'bank', sheets, ...options }
}
