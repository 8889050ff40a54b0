import { counted } from '../../measure/counted.ts'
import type { Figures, Side } from '../../measure/row.ts'
import { spreadOf } from '../../measure/statistics.ts'
import { filled, type Order, orderAt } from './order.ts'
import { startService } from './service-host.ts'
import { type WayName, WAYS } from './way.ts'

export interface CallSideOptions {
  readonly way: WayName
  readonly inFlight: number
  readonly scale: number
  readonly server: string
}

/** Calls of a service in a second process. The figures: median time of a call, and processor time of both processes for it. */
export async function callSide({ way, inFlight, scale, server }: CallSideOptions): Promise<Side> {
  const place = { server, scope: `p1-${process.pid}-${inFlight}` }
  const { connect } = await WAYS[way]()
  const service = await startService(way, place)
  const { call, close } = await connect(place)
  const units = counted(inFlight === 1 ? 4_000 : inFlight === 16 ? 16_000 : 32_000, scale, inFlight * 2)
  const times = new Float64Array(units)
  let sum = 0
  let next = 0
  const callOn = async (): Promise<void> => {
    while (next < units) {
      const at = next++
      const begin = performance.now()
      const answer = await call(orderAt(at))
      times[at] = (performance.now() - begin) * 1_000
      sum += answer.amount
    }
  }
  const run = async (): Promise<Figures> => {
    sum = 0
    next = 0
    const [own, its] = [process.cpuUsage(), await service.cpuMicros()]
    await Promise.all(Array.from({ length: inFlight }, callOn))
    const { user, system } = process.cpuUsage(own)
    const cpuMicros = user + system + (await service.cpuMicros()) - its
    return { p50Micros: spreadOf([...times]).median, cpuMicrosOfBoth: cpuMicros / units }
  }
  await sameAnswer(call)
  return {
    units,
    run,
    outcome: () => ({ sum }),
    close: async () => {
      await close()
      await service.close()
    },
  }
}

/** Before it is measured: a way that loses a member would be quick. */
async function sameAnswer(call: (order: Order) => Promise<Order>): Promise<void> {
  const [wanted, answer] = [JSON.stringify(filled(orderAt(7))), JSON.stringify(await call(orderAt(7)))]
  if (answer !== wanted) throw new Error(`The service answered ${answer} instead of ${wanted}`)
}
