import { createMicro, type Keys, type Micro, type Runtime, type TransportProvider } from '@micro/core'
import type { InstancePlan, Ports, ServiceModule } from './instance.ts'
import { type Link, linkedLog, linkedModels } from './link.ts'
import { silentModule } from '../../../test-e2e/test/support/silent-logger.ts'

export interface Surroundings extends Ports {
  readonly link: Link | undefined
  readonly runtime?: Runtime
  readonly transport?: TransportProvider
  readonly keys?: Keys
}

/** The service that a plan names, behind its link to the stores. */
export async function makeService(
  plan: InstancePlan,
  { store, projections, link, ...others }: Surroundings,
): Promise<Micro> {
  const { serviceOptions } = (await import(plan.service)) as ServiceModule
  const ports = { store: linkedLog(store, link), projections: linkedModels(projections, link) }
  const { modules = [], ...own } = serviceOptions(plan.options ?? {}, ports)
  return createMicro({ name: 'bank', ...others, ...ports, ...own, modules: [silentModule, ...modules] })
}
