// One instance of a service in a process of its own: makes the calls that it is asked for over the channel to its parent.
import {
  createMicro,
  memoryProjectionStore,
  memoryTransport,
  type Message,
  systemRuntime,
  toWireError,
} from '@micro/core'
import { sqliteEventStore, sqliteStore } from '@micro/store-sqlite'
import { type AskedCall, type InstancePlan, type ServiceModule, tell } from './instance.ts'
import { Link, linkedLog, linkedModels } from './link.ts'
import { silentLogger, silentModule } from '../../../test-e2e/test/support/silent-logger.ts'

interface Asked {
  readonly number?: number
  readonly call?: AskedCall
  readonly pause?: true
  readonly request?: { readonly subject: string; readonly message: Message }
}

/** Who came over the channel has a time-out of its own: here the request waits for the service alone. */
const LONGEST_REQUEST_MS = 60_000

const { file, plan } = JSON.parse(process.argv[2] ?? '') as { readonly file: string; readonly plan: InstancePlan }
const { serviceOptions } = (await import(plan.service)) as ServiceModule
const { events, projections } = sqliteStore({ file })
const runtime = systemRuntime()
const link = plan.link && new Link(runtime, plan.link)
const ports = {
  store: linkedLog(plan.sharedModels === true ? events : sqliteEventStore({ file }), link),
  projections: linkedModels(plan.sharedModels === true ? projections : memoryProjectionStore(), link),
}
const { modules = [], ...own } = serviceOptions(plan.options ?? {}, ports)
const transport = memoryTransport()
const network = await transport.open({ runtime, logger: silentLogger, service: 'channel', instance: runtime.newId() })
const micro = createMicro({ name: 'bank', transport, ...ports, ...own, modules: [silentModule, ...modules] })
await micro.start()
process.on('message', ({ number, call, pause, request }: Asked) => {
  if (pause === true) process.kill(process.pid, 'SIGSTOP')
  else if (request !== undefined)
    void network.request(request.subject, request.message, { timeoutMs: LONGEST_REQUEST_MS }).then(
      (reply) => process.send?.({ number, reply }),
      (error: unknown) => process.send?.({ number, reply: { headers: {}, error: toWireError(error) } }),
    )
  else if (call === undefined) process.send?.({ number, ready: micro.health().isReady })
  else void tell(micro, call).then((told) => process.send?.({ number, told }))
})
process.on('SIGTERM', () => void micro.stop().then(() => process.disconnect()))
process.send?.({ isOpen: true })
