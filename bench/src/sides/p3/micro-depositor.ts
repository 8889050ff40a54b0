import { openService } from '../../account/open-service.ts'
import type { Balance } from '../../account/payload.ts'
import { depositMoney } from '../../account/sheets.ts'
import type { Depositor } from './deposit-side.ts'

export async function microDepositor(): Promise<Depositor> {
  const micro = await openService()
  return { deposit: (payload): Promise<Balance> => micro.act(depositMoney, payload), close: () => micro.stop() }
}
