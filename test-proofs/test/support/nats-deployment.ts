import { createMicro, type Micro, newKeyPair } from '@micro/core'
import { natsTransport } from '@micro/transport-nats'
import { silentModule } from '../../../test-e2e/test/support/silent-logger.ts'
import { type Instance, type InstancePlan, tell, unfold } from './instance.ts'
import { startNats } from './nats.ts'
import { type ProcessInstance, startProcess } from './own-process.ts'

/** A network between processes: its instances share their calls, so that whoever is asked, any of them may answer. */
export interface NatsNetwork extends AsyncDisposable {
  /** One more process on the file. What asks it is a service of its own. */
  start(file: string, plan: InstancePlan): Promise<ProcessInstance>
}

export async function openNatsNetwork(): Promise<NatsNetwork> {
  const server = await startNats()
  const { privateKey, publicKey } = newKeyPair()
  const callers: Micro[] = []

  async function startCaller(): Promise<Micro> {
    const micro = createMicro({
      name: 'caller',
      transport: natsTransport({ servers: server.url }),
      keys: { own: { id: 'caller', privateKey } },
      modules: [silentModule],
    })
    callers.push(micro)
    await micro.start()
    return micro
  }

  return {
    start: async (file, plan) => {
      const nats = { servers: server.url, issuers: { caller: publicKey } }
      const [instance, caller] = await Promise.all([startProcess(file, { ...plan, nats }), startCaller()])
      // Calls by a bare name have their places found now: proofs give some of them less time than that takes.
      await caller.services()
      const ask: Instance['ask'] = async (call) => unfold(await tell(caller, call))
      return { ...instance, ask }
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(callers.map((caller) => caller.stop()))
      await server.stop()
    },
  }
}
