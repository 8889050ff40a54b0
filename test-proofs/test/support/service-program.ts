// One instance of a service in a process of its own: makes the calls that it is asked for over the channel to its parent.
import { memoryProjectionStore, memoryTransport, type Message, systemRuntime, toWireError } from '@micro/core'
import { sqliteEventStore, sqliteStore } from '@micro/store-sqlite'
import { natsTransport } from '@micro/transport-nats'
import { type AskedCall, type InstancePlan, tell } from './instance.ts'
import { Link } from './link.ts'
import { makeService } from './make-service.ts'
import { silentLogger } from '../../../test-e2e/test/support/silent-logger.ts'

interface Asked {
  readonly number?: number
  readonly call?: AskedCall
  readonly pause?: true
  readonly request?: { readonly subject: string; readonly message: Message }
}

/** Who came over the channel has a time-out of its own: here the request waits for the service alone. */
const LONGEST_REQUEST_MS = 60_000

const { file, plan } = JSON.parse(process.argv[2] ?? '') as { readonly file: string; readonly plan: InstancePlan }
const { events, projections } = sqliteStore({ file })
const runtime = systemRuntime()
const { nats } = plan
const transport = nats === undefined ? memoryTransport() : natsTransport({ servers: nats.servers })
const network = await transport.open({ runtime, logger: silentLogger, service: 'channel', instance: runtime.newId() })
const isShared = plan.sharedModels === true
const micro = await makeService(plan, {
  store: isShared ? events : sqliteEventStore({ file }),
  projections: isShared ? projections : memoryProjectionStore(),
  link: plan.link && new Link(runtime, plan.link),
  transport,
  ...(nats === undefined ? {} : { keys: { issuers: nats.issuers } }),
})
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
process.on('SIGTERM', () => {
  const stopped = micro.stop().then(() => network.close({ deadlineMs: 0 }))
  void stopped.then(() => process.disconnect())
})
process.send?.({ isOpen: true })
