import type { ExposedAction } from '../actions/exposed-action.ts'

/** Names of an action's schemas among the document's components. */
export function schemaNames({ serviceSlug, actionSlug }: Pick<ExposedAction, 'serviceSlug' | 'actionSlug'>): {
  readonly payload: string
  readonly response: string
} {
  return { payload: `${serviceSlug}.${actionSlug}.payload`, response: `${serviceSlug}.${actionSlug}.response` }
}
