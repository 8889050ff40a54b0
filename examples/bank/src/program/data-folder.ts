import { join } from 'node:path'

/** Where the bank keeps everything, relative to the folder it is started in. */
export const DATA_FOLDER = 'data'

/** Events and models in one file. */
export const BANK_FILE = join(DATA_FOLDER, 'bank.db')

/** What became of the lines of an imported file. */
export function ledgerFile(hash: string): string {
  return join(DATA_FOLDER, 'imports', `${hash}.db`)
}
