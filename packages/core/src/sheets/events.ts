import type { Infer, Schema } from '../schema/schema.ts'

/** What can have happened: event types in plain words in the past tense, each with the schema of its data. */
export interface EventDefinitions<Events extends object = object> {
  readonly sheet: 'events'
  /** Service whose events these are; `undefined`: the service that uses the sheet. */
  readonly service: string | undefined
  readonly schemas: Readonly<Record<string, Schema>>
  /** Only for the type checker; never there at run time. */
  readonly '~types'?: Events
}

/**
 * @param schemas event type → schema of its data
 * @param options `service`: of another service whose events are followed; by default the own one
 * @example defineEvents({ 'account opened': OpenedSchema, 'money deposited': MovementSchema })
 */
export function defineEvents<const S extends Readonly<Record<string, Schema>>>(
  schemas: S,
  options: { readonly service?: string } = {},
): EventDefinitions<{ [Type in keyof S]: Infer<S[Type]> }> {
  return Object.freeze({ sheet: 'events', service: options.service, schemas: Object.freeze({ ...schemas }) })
}
