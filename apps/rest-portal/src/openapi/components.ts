import type { JsonObject, JsonValue } from '@micro/core'
import { isObject } from '../query/schema-parts.ts'

/** Keywords of draft 2020-12 that hold one schema, a list of them, or schemas by name. Anything else is data. */
const HOLDS: ReadonlyMap<string, 'schema' | 'list' | 'map'> = new Map([
  ...words(
    'additionalProperties unevaluatedProperties propertyNames items unevaluatedItems contains not if then else contentSchema',
  ).map((keyword) => [keyword, 'schema'] as const),
  ...words('prefixItems allOf anyOf oneOf').map((keyword) => [keyword, 'list'] as const),
  ...words('properties patternProperties dependentSchemas $defs definitions').map(
    (keyword) => [keyword, 'map'] as const,
  ),
])

/**
 * A schema as a component of the document: the same, but that `$ref`s, which are pointers from the schema's own root,
 * become pointers from the document's.
 */
export function asComponent(schema: JsonObject, name: string): JsonObject {
  const root = `#/components/schemas/${name}`
  const one = (value: JsonValue): JsonValue => (isObject(value) ? move(value) : value)
  const move = (part: JsonObject): JsonObject =>
    Object.fromEntries(
      Object.entries(part).map(([keyword, value]) => {
        if (keyword === '$ref' && typeof value === 'string') return [keyword, value.replace(/^#/, root)]
        const holds = HOLDS.get(keyword)
        if (holds === 'schema') return [keyword, one(value)]
        if (holds === 'list' && Array.isArray(value)) return [keyword, (value as readonly JsonValue[]).map(one)]
        if (holds === 'map' && isObject(value))
          return [keyword, Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, one(inner)]))]
        return [keyword, value]
      }),
    )
  return move(schema)
}

export function refTo(name: string): JsonObject {
  return { $ref: `#/components/schemas/${name}` }
}

function words(text: string): readonly string[] {
  return text.split(' ')
}
