// A service in a process of its own: answers every request with its body, until it is told to stop.
import { systemRuntime } from '@micro/core'
import { natsTransport } from '../../src/index.ts'
import { recordLog } from './recorded-log.ts'

const [servers = '', subject = ''] = process.argv.slice(2)
const runtime = systemRuntime()
const { logger } = recordLog()
const instance = runtime.newId()
const transport = await natsTransport({ servers }).open({ runtime, logger, service: 'bank', instance })
await transport.serve(
  { service: 'bank', version: '1.0.0', instance, action: 'echo', kind: 'action', subject },
  async ({ body }) => ({ headers: {}, body: body ?? null }),
)
process.on('SIGTERM', () => void transport.close({ deadlineMs: 5000 }))
process.stdout.write('serving\n')
