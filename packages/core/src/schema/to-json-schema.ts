import type { JsonObject } from '../values/json.ts'
import { sealJson } from '../values/seal-json.ts'
import { checkKeywords } from './check-keywords.ts'
import { checkTypes } from './check-types.ts'
import { closeObjects } from './close-objects.ts'
import { withLocalRefs } from './local-refs.ts'
import { plainSchema } from './plain-schema.ts'
import type { Schema } from './schema.ts'
import { isStandardJsonSchema, isStandardSchema, type StandardJsonSchema } from './standard-json-schema.ts'
import { eachSubschema, mapSubschemas } from './subschemas.ts'

/**
 * The JSON Schema (draft 2020-12) of whatever a user may give as a schema: plain frozen JSON that refers to nothing
 * outside itself, with its objects closed (see `closeObjects`).
 *
 * It is checked as far as that is possible without a compiler: a misspelt keyword, a broken pattern or a `$ref` to
 * nowhere is found when the contract is made, not when the first payload arrives.
 *
 * @param what names the schema in errors: `the payload of 'deposit money'`
 * @throws TypeError naming the remedy
 */
export function toJsonSchema(schema: Schema, what: string): JsonObject {
  const plain = plainSchema(sourceOf(schema, what), what)
  checkKeywords(plain, what)
  const modern = withPrefixItems(plain, '')
  if (!isStandardJsonSchema(schema)) checkTypes(modern, what)
  checkPatterns(modern, what)
  return sealJson(closeObjects(withLocalRefs(modern, what)), `the schema of ${what}`) as JsonObject
}

function sourceOf(schema: unknown, what: string): object {
  if (isStandardJsonSchema(schema)) return fromStandard(schema, what)
  if (isStandardSchema(schema))
    throw new TypeError(
      `${what}: the schema's library does not give JSON Schema; use zod from 4.2, arktype from 2.1.28, ` +
        `or wrap a valibot schema with toStandardJsonSchema() of @valibot/to-json-schema`,
    )
  if (typeof schema === 'object' && schema !== null && !Array.isArray(schema)) return schema
  throw new TypeError(
    `${what}: ${schema === undefined ? 'there is no schema' : 'this is no schema'}; give a JSON Schema object, ` +
      `a TypeBox schema, or one of a library that follows Standard JSON Schema (zod, arktype, valibot)`,
  )
}

function fromStandard(schema: StandardJsonSchema, what: string): object {
  try {
    return schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TypeError(
      `${what}: ${schema['~standard'].vendor} cannot say this schema in JSON Schema (${reason}); ` +
        `describe what is sent as JSON, for example a date as an ISO string`,
      { cause },
    )
  }
}

/** Tuples as draft 2020-12 writes them; TypeBox writes them as draft 7 did. */
function withPrefixItems(schema: JsonObject, pointer: string): JsonObject {
  const { items, additionalItems, ...rest } = schema
  const tuple = Array.isArray(items)
  const modern = tuple
    ? { ...rest, prefixItems: items, ...(additionalItems === undefined ? {} : { items: additionalItems }) }
    : schema
  return mapSubschemas(modern, pointer, (inner, _, place) => withPrefixItems(inner, place))
}

function checkPatterns(schema: JsonObject, what: string): void {
  eachSubschema(schema, ({ pattern, patternProperties }, pointer) => {
    for (const source of [pattern, ...Object.keys(patternProperties ?? {})]) {
      if (typeof source !== 'string') continue
      try {
        new RegExp(source, 'u')
      } catch (cause) {
        throw new TypeError(`${what}: the pattern ${source} at ${pointer} is no regular expression with the flag u`, {
          cause,
        })
      }
    }
  })
}
