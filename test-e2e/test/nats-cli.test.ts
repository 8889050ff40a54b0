// The official command line sees our services and calls them.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Micro } from '@micro/core'
import { natsTransport } from '@micro/transport-nats'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bankService } from '../../examples/bank/src/bank.ts'
import { openAccount } from '../../examples/bank/src/contracts/open-account.contract.ts'
import { findBinaries } from '../servers/find-binaries.ts'
import { findNatsServers, HOW_TO_GET_NATS_SERVER, type NatsServer, startNatsServer } from '../servers/nats-server.ts'
import { silentModule } from './support/silent-logger.ts'
import { type TempFolder, tempFolder } from './support/temp-folder.ts'

const HOW_TO_GET_NATS = 'no nats: GOBIN=~/.cache/micro/bin go install github.com/nats-io/natscli/nats@v0.5.0'

const run = promisify(execFile)
const [binary] = findBinaries('nats')
const isServerAbsent = findNatsServers().length === 0
if (binary === undefined) console.warn(`The command line of NATS was not tried, ${HOW_TO_GET_NATS}`)
if (isServerAbsent) console.warn(`The command line of NATS was not tried, ${HOW_TO_GET_NATS_SERVER}`)

describe.skipIf(binary === undefined || isServerAbsent)('nats', () => {
  let server: NatsServer
  let bank: Micro
  let home: TempFolder
  beforeAll(async () => {
    home = tempFolder()
    server = await startNatsServer()
    bank = await bankService({ transport: natsTransport({ servers: server.url }), modules: [silentModule] })
    await bank.start()
    await bank.act(openAccount, { account: 'alice', owner: 'Alice' })
  })
  afterAll(async () => {
    await bank?.stop()
    await server?.stop()
    home?.[Symbol.dispose]()
  })

  /** With a home of its own, so that nobody's contexts are read or written. */
  async function nats(...args: readonly string[]): Promise<string> {
    const env = { PATH: process.env['PATH'], HOME: home.path, XDG_CONFIG_HOME: home.path }
    const { stdout } = await run(binary ?? '', ['--server', server.url, '--timeout', '5s', ...args], {
      env,
      timeout: 30_000,
    })
    return stdout
  }

  it('micro ls, ping, info and stats show the service as it is', async () => {
    const [instance] = await bank.services()
    const listed: unknown = JSON.parse(await nats('micro', 'ls', '--json'))
    expect(listed).toMatchObject([{ name: 'bank', version: '0.1.0', id: instance?.instance }])
    expect(await nats('micro', 'ping', 'bank')).toContain(instance?.instance)
    const info: unknown = JSON.parse(await nats('micro', 'info', 'bank', '--json'))
    expect(JSON.stringify(info)).toContain('micro.bank.deposit-money')
    expect(JSON.stringify(info)).toContain('"micro-kind":"command"')
    await nats('req', 'micro.bank.deposit-money', '{"account":"alice","amount":1}', '--raw')
    const stats: unknown = JSON.parse(await nats('micro', 'stats', 'bank', '--json'))
    const deposits = { subject: 'micro.bank.deposit-money', num_requests: 1, num_errors: 0 }
    expect(stats).toMatchObject([
      { name: 'bank', endpoints: expect.arrayContaining([expect.objectContaining(deposits)]) },
    ])
  })

  it('req calls a command with a JSON body, and gets JSON', async () => {
    await bank.act(openAccount, { account: 'bob', owner: 'Bob' })
    const deposit = ['req', 'micro.bank.deposit-money', '{"account":"bob","amount":7}', '--raw']
    expect(JSON.parse(await nats(...deposit))).toMatchObject({ balance: 7 })
  })

  it('req is told why it is refused', async () => {
    const refused: unknown = JSON.parse(
      await nats('req', 'micro.bank.deposit-money', '{"account":"alice","amount":"much"}', '--raw'),
    )
    expect(refused).toMatchObject({ code: 'MICRO_INVALID', outcome: 'none', service: 'bank' })
  })
})
