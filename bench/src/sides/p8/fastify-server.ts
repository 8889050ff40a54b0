import fastify from 'fastify'
import { BalanceSchema, type Deposit, DepositSchema } from '../../account/payload.ts'
import { mapDepositor } from '../p3/map-depositor.ts'
import type { Served } from './load-side.ts'

export async function fastifyServer(): Promise<Served> {
  const app = fastify()
  const { deposit } = mapDepositor()
  app.post<{ Body: Deposit }>(
    '/commands/deposit-money',
    { schema: { body: DepositSchema, response: { 200: BalanceSchema } } },
    (request) => deposit(request.body),
  )
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return { url: `${url}/commands/deposit-money`, close: () => app.close() }
}
