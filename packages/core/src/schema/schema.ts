import type { StandardJsonSchema } from './standard-json-schema.ts'

/**
 * A JSON Schema of draft 2020-12 as an object literal, or a TypeBox schema. The keywords are listed for editors; what
 * really may be in it is checked by `toJsonSchema`. An index signature would shut TypeBox's interfaces out.
 */
export interface JsonSchema {
  readonly title?: string
  readonly description?: string
  readonly type?: string | readonly string[] | undefined
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: object
  readonly required?: readonly string[] | undefined
  readonly additionalProperties?: unknown
  readonly patternProperties?: object
  readonly unevaluatedProperties?: unknown
  readonly items?: unknown
  readonly prefixItems?: readonly unknown[]
  readonly minItems?: number
  readonly maxItems?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: unknown
  readonly format?: string
  readonly minimum?: unknown
  readonly maximum?: unknown
  readonly anyOf?: readonly unknown[]
  readonly oneOf?: readonly unknown[]
  readonly allOf?: readonly unknown[]
  readonly not?: unknown
  readonly $ref?: string
  readonly $defs?: object
  /** TypeBox 1.x marks its schemas with this. */
  readonly '~kind'?: string
}

/** Whatever describes a payload, a response, the data of an event or a row. */
export type Schema = StandardJsonSchema | JsonSchema

export type { Infer } from './infer.ts'
