import type { JsonObject, JsonValue } from '@micro/core'

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const COMPOSED = ['allOf', 'anyOf', 'oneOf'] as const

/**
 * The schemas that speak about the same value as `schema` does: itself, what it refers to, and its `allOf`, `anyOf` and
 * `oneOf`. Schemas from discovery refer to their own parts only.
 *
 * @param root the whole that `$ref`s are pointers into
 */
export function speakersOf(schema: JsonValue | undefined, root: JsonObject): readonly JsonObject[] {
  const speakers = new Set<JsonObject>()
  const visit = (part: JsonValue | undefined): void => {
    if (!isObject(part) || speakers.has(part)) return
    speakers.add(part)
    if (typeof part['$ref'] === 'string') visit(resolveRef(part['$ref'], root))
    for (const keyword of COMPOSED) {
      const parts = part[keyword]
      if (Array.isArray(parts)) for (const each of parts as readonly JsonValue[]) visit(each)
    }
  }
  visit(schema)
  return [...speakers]
}

/** The types that a value may have as far as the schema says; empty when it says nothing. */
export function typesOf(schema: JsonValue | undefined, root: JsonObject): ReadonlySet<string> {
  return new Set(speakersOf(schema, root).flatMap(ownTypes))
}

function ownTypes(schema: JsonObject): readonly string[] {
  const { type, const: only, enum: values } = schema
  if (typeof type === 'string') return [type]
  if (Array.isArray(type)) return type as readonly string[]
  if (only !== undefined) return [typeOf(only)]
  return Array.isArray(values) ? (values as readonly JsonValue[]).map(typeOf) : []
}

function typeOf(value: JsonValue): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}

function resolveRef(ref: string, root: JsonObject): JsonValue | undefined {
  if (!ref.startsWith('#')) return undefined
  let place: JsonValue | undefined = root
  for (const part of decodeURIComponent(ref.slice(1)).split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, name)) return undefined
    place = (place as JsonObject)[name]
  }
  return place
}
