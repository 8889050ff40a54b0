import { createMicro, loadSheets, type Micro, type MicroOptions } from '@micro/core'

/** What a bank runs on. Left out: in memory. */
export type BankOptions = Pick<MicroOptions, 'transport' | 'store' | 'projections' | 'modules' | 'runtime'>

/** The service: its sheets are the files in the folders beside this one, its adapters are the caller's choice. */
export async function bankService(options: BankOptions = {}): Promise<Micro> {
  const sheets = await loadSheets(import.meta.url, (file) => import(file))
  return createMicro({ ...options, name: 'bank', version: '0.1.0', sheets })
}
