import { createMicro, type Micro, type MicroOptions } from '@micro/core'
import { accountSheets } from './sheets.ts'

/** The measured service, started, with the defaults that everybody gets. */
export async function openService(options: Pick<MicroOptions, 'store' | 'projections'> = {}): Promise<Micro> {
  const micro = createMicro({ ...options, name: 'bench', sheets: accountSheets })
  await micro.start()
  return micro
}
