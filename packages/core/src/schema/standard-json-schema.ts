/**
 * What a schema of zod, valibot, arktype and others has, as far as it is asked for here: the interface of *Standard JSON
 * Schema* (`@standard-schema/spec` 1.1, https://standardschema.dev/json-schema), written down so that core needs no
 * dependency for it.
 */
export interface StandardJsonSchema<Input = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly types?: { readonly input: Input } | undefined
    readonly jsonSchema: {
      /** Throws where the library cannot say it in JSON Schema. */
      readonly input: (options: { readonly target: 'draft-2020-12' }) => Readonly<Record<string, unknown>>
    }
  }
}

/** Whether a schema can give its JSON Schema by the standard. Some libraries' schemas are functions. */
export function isStandardJsonSchema(schema: unknown): schema is StandardJsonSchema {
  const standard = standardPropertiesOf(schema)
  return typeof standard?.jsonSchema?.input === 'function'
}

/** Whether a schema follows *Standard Schema* at all, be it without the part that gives JSON Schema. */
export function isStandardSchema(schema: unknown): boolean {
  return standardPropertiesOf(schema) !== undefined
}

function standardPropertiesOf(schema: unknown): Partial<StandardJsonSchema['~standard']> | undefined {
  if ((typeof schema !== 'object' && typeof schema !== 'function') || schema === null) return undefined
  const { '~standard': standard } = schema as Partial<StandardJsonSchema>
  return typeof standard === 'object' && standard !== null ? standard : undefined
}
