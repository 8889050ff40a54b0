import type { JsonObject, JsonValue } from '../values/json.ts'
import { mapSubschemas } from './subschemas.ts'

const TYPE_OF_KEYWORDS: Readonly<Record<string, string>> = {
  string: 'minLength maxLength pattern format',
  number: 'minimum maximum exclusiveMinimum exclusiveMaximum multipleOf',
  array: 'items prefixItems minItems maxItems uniqueItems contains minContains maxContains unevaluatedItems',
  object:
    'properties patternProperties additionalProperties propertyNames required minProperties maxProperties dependentRequired',
}

const TYPE_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(TYPE_OF_KEYWORDS).flatMap(([type, keywords]) => keywords.split(' ').map((keyword) => [keyword, type])),
)

/** Schemas under these keywords speak about the same value, so a type that is stated outside holds inside. */
const SAME_VALUE: ReadonlySet<string> = new Set('allOf anyOf oneOf not if then else dependentSchemas'.split(' '))

/**
 * Checks that a schema states the type that its keywords are about. JSON Schema lets every other type pass such a
 * keyword: `{ properties: … }` accepts a string. This is for schemas written by hand; those of libraries mean what they
 * say and sometimes leave the type to their alternatives.
 *
 * @throws TypeError naming the place and the type to add
 */
export function checkTypes(schema: JsonObject, what: string, pointer = '', outer?: JsonValue): void {
  const stated = schema['type'] ?? outer
  const types = new Set([stated].flat())
  if (types.has('integer')) types.add('number')
  for (const keyword of Object.keys(schema)) {
    const type = TYPE_OF.get(keyword)
    if (type === undefined || types.has(type)) continue
    const found = stated === undefined ? 'states no type' : `has the type ${JSON.stringify(stated)}`
    throw new TypeError(
      `${what}: the schema${pointer === '' ? '' : ` at ${pointer}`} uses ${keyword} but ${found}; add type: '${type}', or values of other types pass`,
    )
  }
  mapSubschemas(schema, pointer, (inner, keyword, place) => {
    checkTypes(inner, what, place, SAME_VALUE.has(keyword) ? stated : undefined)
    return inner
  })
}
