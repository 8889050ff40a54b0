import type { JsonObject, JsonValue } from '../values/json.ts'
import { eachSubschema, isObject, mapSubschemas } from './subschemas.ts'

/** Keywords whose schemas speak about the very value that the schema around them speaks about. */
const ALTERNATIVES = ['anyOf', 'oneOf']
const PARTS = ['allOf', 'anyOf', 'oneOf', 'then', 'else', 'dependentSchemas']
/** Schemas that are asked rather than demanded: closing one would change which values it is true of. */
const QUESTIONS: ReadonlySet<string> = new Set(['not', 'if', 'contains', 'propertyNames', 'contentSchema'])

/**
 * Closes the objects that a schema describes: properties that it does not name are refused unless it says otherwise.
 * An object schema (one with `properties` or `patternProperties`) that states neither `additionalProperties` nor
 * `unevaluatedProperties`
 *
 * - gets `additionalProperties: false` when it stands alone;
 * - gets `unevaluatedProperties: false` when other schemas speak about the same object (`allOf`, `$ref`, `then`,
 *   `dependentSchemas`, or `anyOf` beside `properties`); those parts stay as written, with all that is inside them,
 *   because a closed part would refuse the properties of the others;
 * - has each of its alternatives closed when it is nothing but `anyOf` or `oneOf`.
 *
 * Left as written: `not`, `if`, `contains`, `propertyNames`, and what a part refers to by `$ref`.
 *
 * @param schema with local refs only (`withLocalRefs`)
 */
export function closeObjects(schema: JsonObject): JsonObject {
  const parts = new Map<string, JsonObject>()
  eachSubschema(schema, (part, pointer) => parts.set(pointer, part))
  const target = (part: JsonObject): JsonObject | undefined =>
    typeof part['$ref'] === 'string' ? parts.get(decodeURIComponent(part['$ref'].slice(1))) : undefined

  /** Whether a schema names properties, itself or through what speaks about the same object. */
  const describesObject = (part: JsonObject, seen: ReadonlySet<JsonObject> = new Set()): boolean => {
    if (seen.has(part)) return false
    if (part['properties'] !== undefined || part['patternProperties'] !== undefined) return true
    const next = new Set([...seen, part])
    return [...partsOf(part), ...listOf(target(part))].some((inner) => describesObject(inner, next))
  }

  const open = new Set<JsonObject>()
  const leaveOpen = (part: JsonObject): void => {
    for (const inner of [part, ...partsOf(part), ...listOf(target(part))]) {
      if (open.has(inner)) continue
      open.add(inner)
      leaveOpen(inner)
    }
  }
  for (const part of parts.values())
    if (isComposed(part)) for (const inner of [...partsOf(part), ...listOf(target(part))]) leaveOpen(inner)

  const close = (part: JsonObject, pointer: string): JsonObject => {
    const composed = isComposed(part) || open.has(target(part) ?? part)
    const copy = mapSubschemas(part, pointer, (inner, keyword, place) => {
      const isPart = PARTS.includes(keyword) && (composed || !ALTERNATIVES.includes(keyword))
      return QUESTIONS.has(keyword) || isPart ? inner : close(inner, place)
    })
    if (open.has(part) || part['additionalProperties'] !== undefined || part['unevaluatedProperties'] !== undefined)
      return copy
    if (composed) return describesObject(part) ? { ...copy, unevaluatedProperties: false } : copy
    return part['properties'] === undefined && part['patternProperties'] === undefined
      ? copy
      : { ...copy, additionalProperties: false }
  }
  return close(schema, '')
}

/** Whether more than one schema speaks about the value: then none of them may be closed by itself. */
function isComposed(part: JsonObject): boolean {
  if (part['allOf'] !== undefined || part['if'] !== undefined || part['dependentSchemas'] !== undefined) return true
  const speakers = ['properties', 'patternProperties', '$ref', ...ALTERNATIVES].filter((key) => part[key] !== undefined)
  return speakers.length > 1 && speakers.some((key) => key === '$ref' || ALTERNATIVES.includes(key))
}

function partsOf(part: JsonObject): readonly JsonObject[] {
  return PARTS.flatMap((keyword) => {
    const value: JsonValue | undefined = part[keyword]
    if (Array.isArray(value)) return value.filter(isObject)
    if (!isObject(value)) return []
    return keyword === 'dependentSchemas' ? Object.values(value).filter(isObject) : [value]
  })
}

function listOf(part: JsonObject | undefined): readonly JsonObject[] {
  return part === undefined ? [] : [part]
}
