import type { ModuleContext, ModuleDefinition } from '@micro/core'
import { injectedFault } from './fault-kinds.ts'
import type { Faults } from './faults.ts'

/** The module, whose `create`, `start` and `stop` take their time and fail. What it makes is its own affair. */
export function faultyModule<Api>(definition: ModuleDefinition<Api>, faults: Faults): ModuleDefinition<Api> {
  const { create, start, stop } = definition
  const suffer = async (operation: 'create' | 'start' | 'stop', { runtime }: ModuleContext): Promise<void> => {
    await faults.transit(operation, 'request', runtime)
    if (faults.next(operation) !== undefined) throw injectedFault(operation, 'failed')
  }
  return Object.freeze({
    ...definition,
    async create(context: ModuleContext): Promise<Api> {
      await suffer('create', context)
      // A module without an API has no `create`, and `undefined` for its API.
      return create === undefined ? (undefined as Api) : create(context)
    },
    async start(api: Api, context: ModuleContext): Promise<void> {
      await suffer('start', context)
      await start?.(api, context)
    },
    async stop(api: Api, context: ModuleContext): Promise<void> {
      await suffer('stop', context)
      await stop?.(api, context)
    },
  })
}
