import { type ActionAddress, type EndpointDescription, type JsonObject, slug } from '@micro/core'

/** A command or view that the portal offers. Plain actions are for services among themselves. */
export interface ExposedAction {
  readonly service: string
  /** As it stands in the address. */
  readonly serviceSlug: string
  readonly action: string
  readonly actionSlug: string
  readonly kind: 'command' | 'view'
  readonly description: string | undefined
  readonly payload: JsonObject | undefined
  readonly response: JsonObject | undefined
  /** Reasons for which it is refused, as its contract lists them. */
  readonly errors: readonly string[]
  /** What `micro.call` is told. */
  readonly address: ActionAddress
  /** No instance of its service runs, and one did a short while ago. */
  readonly isAway: boolean
}

/** Anything else would not fit an address. Services that are not ours may call their endpoints what they like. */
const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/

/** `undefined` for what is not offered. */
export function expose({
  service,
  action,
  kind,
  description,
  payload,
  response,
  errors = [],
}: EndpointDescription): ExposedAction | undefined {
  const serviceSlug = slug(service)
  const actionSlug = slug(action)
  if (kind === 'action' || !SLUG.test(serviceSlug) || !SLUG.test(actionSlug)) return undefined
  const address = { service, name: action, kind }
  return {
    service,
    serviceSlug,
    action,
    actionSlug,
    kind,
    description,
    payload,
    response,
    errors,
    address,
    isAway: false,
  }
}
