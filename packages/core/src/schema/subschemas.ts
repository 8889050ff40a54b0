import { pointerTo } from '../values/json-pointer.ts'
import type { JsonObject, JsonValue } from '../values/json.ts'

type Shape = 'schema' | 'list' | 'map'

/** What the keywords of draft 2020-12 hold that hold schemas: one, a list, or schemas by name. */
const SHAPES: ReadonlyMap<string, Shape> = new Map([
  ...['additionalProperties', 'unevaluatedProperties', 'propertyNames', 'items', 'unevaluatedItems', 'contains']
    .concat('not', 'if', 'then', 'else', 'contentSchema')
    .map((keyword): [string, Shape] => [keyword, 'schema']),
  ...['prefixItems', 'allOf', 'anyOf', 'oneOf'].map((keyword): [string, Shape] => [keyword, 'list']),
  ...['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions'].map((keyword): [string, Shape] => [
    keyword,
    'map',
  ]),
])

/** Gives the schema that shall stand in place of `subschema`, which stands under `keyword` at `pointer`. */
export type ChangeSubschema = (subschema: JsonObject, keyword: string, pointer: string) => JsonObject

/** A copy of a schema in which each schema directly inside it is replaced; `true` and `false` stay as they are. */
export function mapSubschemas(schema: JsonObject, pointer: string, change: ChangeSubschema): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [
      keyword,
      mapKeyword(keyword, value, pointerTo(pointer, keyword), change),
    ]),
  )
}

/** Calls back for a schema and every schema inside it, with its place. */
export function eachSubschema(
  schema: JsonObject,
  visit: (subschema: JsonObject, pointer: string) => void,
  pointer = '',
): void {
  visit(schema, pointer)
  mapSubschemas(schema, pointer, (subschema, _, place) => {
    eachSubschema(subschema, visit, place)
    return subschema
  })
}

/** Whether a JSON value is an object, which as part of a schema is a schema. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function mapKeyword(keyword: string, value: JsonValue, pointer: string, change: ChangeSubschema): JsonValue {
  const one = (item: JsonValue, place: string): JsonValue => (isObject(item) ? change(item, keyword, place) : item)
  const shape = SHAPES.get(keyword)
  if (shape === 'schema') return one(value, pointer)
  if (shape === 'list' && Array.isArray(value))
    return value.map((item: JsonValue, index) => one(item, pointerTo(pointer, index)))
  if (shape === 'map' && isObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, one(item, pointerTo(pointer, name))]))
  return value
}
