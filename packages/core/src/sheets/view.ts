import type { Context } from '../micro/context.ts'
import type { ViewContract } from './contract.ts'
import type { ModelReaders, Models } from './model.ts'
import type { Authorization, ErasedStep } from './rule.ts'
import { checkObject } from '../values/shown.ts'

export type ViewContext<M extends Models> = Context & { readonly models: ModelReaders<M> }

export interface ViewOptions<Payload, Response, M extends Models> {
  readonly models?: M
  readonly authorize?: (
    request: ViewContext<M> & { readonly payload: Payload },
  ) => Authorization | Promise<Authorization>
  readonly query: (payload: Payload, context: ViewContext<M>) => Response | Promise<Response>
}

/** What others may ask. */
export interface ViewDefinition {
  readonly sheet: 'view'
  readonly contract: ViewContract
  readonly models: Models
  readonly steps: ViewSteps
}

export type ErasedViewContext = Context & { readonly models: unknown; readonly payload: unknown }

/** The functions of a view with their types erased; core calls them with checked payloads. */
export interface ViewSteps {
  readonly authorize: ErasedStep<[request: ErasedViewContext]> | undefined
  readonly query: ErasedStep<[payload: unknown, context: ErasedViewContext]>
}

/** @example defineView(accountsByOwner, { models: { account }, query: ({ owner }, { models }) => models.account.find({ owner }) }) */
export function defineView<Payload, Response, const M extends Models = Record<never, never>>(
  contract: ViewContract<Payload, Response>,
  options: ViewOptions<NoInfer<Payload>, NoInfer<Response>, M>,
): ViewDefinition {
  checkObject(contract, 'defineView: the contract')
  checkObject(options, 'defineView: options')
  const { models = {}, authorize, query } = options
  return Object.freeze({ sheet: 'view', contract, models, steps: { authorize, query } as ViewSteps })
}
