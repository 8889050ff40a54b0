import assert from 'node:assert/strict'
import type { EndpointDescription, Reply, ServiceDescription, Transport } from '@micro/core'
import type { RegisterChecks } from './register-checks.ts'
import { endpoint } from './transport-bench.ts'

const MAX_WAIT_MS = 2000

/** Who is there and what they serve. */
export const registerDiscoveryChecks: RegisterChecks = ({ check }) => {
  check('TR-DISCOVER', 'finds every instance once, with all its endpoints as they were described', async (bench) => {
    const network = await bench.network()
    const [first, second, other, client] = [
      await network.open(),
      await network.open(),
      await network.open(),
      await network.open(),
    ]
    const described: Partial<EndpointDescription> = {
      kind: 'command',
      action: 'deposit money',
      description: 'Puts money into an account.',
      payload: { type: 'object', properties: { amount: { type: 'number' } }, required: ['amount'] },
      response: { type: 'object' },
    }
    const bank1 = [endpoint('micro.bank.deposit-money', described), endpoint('micro.bank.balance', { kind: 'view' })]
    const bank2 = bank1.map((description) => ({ ...description, instance: 'bank-2', version: '1.0.1' }))
    const report = [endpoint('micro.report.totals', { service: 'report', instance: 'report-1', version: '2.0.0' })]
    assert.deepEqual(await discovered(client), [])
    await serveAll(first, bank1)
    await serveAll(second, bank2)
    await serveAll(other, report)
    for (const transport of [client, first]) {
      assert.deepEqual(await discovered(transport), [
        describedAs('bank', '1.0.0', 'bank-1', bank1),
        describedAs('bank', '1.0.1', 'bank-2', bank2),
        describedAs('report', '2.0.0', 'report-1', report),
      ])
    }
  })

  check('TR-DISCOVER', 'does not find who has stopped or closed', async (bench) => {
    const network = await bench.network()
    const [first, second, client] = [await network.open(), await network.open(), await network.open()]
    const stop = await first.serve(endpoint('micro.bank.a'), answer)
    await first.serve(endpoint('micro.bank.b'), answer)
    await second.serve(endpoint('micro.bank.a', { instance: 'bank-2' }), answer)
    await stop()
    await second.close({ deadlineMs: 1000 })
    assert.deepEqual(await discovered(client), [describedAs('bank', '1.0.0', 'bank-1', [endpoint('micro.bank.b')])])
  })

  check('TR-DISCOVER', 'may be left before its end', async (bench) => {
    const [server, client] = await bench.pair()
    await server.serve(endpoint('micro.bank.a'), answer)
    await server.serve(endpoint('micro.report.a', { service: 'report', instance: 'report-1' }), answer)
    for await (const { endpoints } of client.discover({ maxWaitMs: MAX_WAIT_MS })) {
      assert.equal(endpoints.length, 1)
      break
    }
  })
}

async function answer(): Promise<Reply> {
  return { headers: {} }
}

async function serveAll(transport: Transport, endpoints: readonly EndpointDescription[]): Promise<void> {
  for (const description of endpoints) await transport.serve(description, answer)
}

async function discovered(transport: Transport): Promise<readonly ServiceDescription[]> {
  const services: ServiceDescription[] = []
  for await (const service of transport.discover({ maxWaitMs: MAX_WAIT_MS })) services.push(service)
  return services.map((service) => ({ ...service, endpoints: bySubject(service.endpoints) })).sort(byInstance)
}

function describedAs(
  service: string,
  version: string,
  instance: string,
  endpoints: readonly EndpointDescription[],
): ServiceDescription {
  return { service, version, instance, endpoints: bySubject(endpoints) }
}

function bySubject(endpoints: readonly EndpointDescription[]): readonly EndpointDescription[] {
  return endpoints.toSorted((one, other) => (one.subject < other.subject ? -1 : 1))
}

function byInstance(one: ServiceDescription, other: ServiceDescription): number {
  return one.instance < other.instance ? -1 : 1
}
