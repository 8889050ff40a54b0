import { canonicalJson } from '../values/canonical-json.ts'
import { pointerTo } from '../values/json-pointer.ts'
import type { JsonObject, JsonValue } from '../values/json.ts'

/** Where a schema refuses what another one takes: a JSON pointer into values, `''` for the whole, and why. */
export interface Narrowing {
  readonly path: string
  readonly message: string
}

type Keyword = (to: JsonValue | undefined, from: JsonValue | undefined) => string | undefined

/** Keywords that only narrow: absent in `to` they ask for nothing. */
const LOWER = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties']
const UPPER = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties']
const SAME = ['pattern', 'format', 'multipleOf', 'uniqueItems', 'const', 'dependentRequired', 'propertyNames']
/** Whatever their difference means, somebody has to look at it. */
const OPAQUE = ['$ref', 'anyOf', 'oneOf', 'allOf', 'not', 'if', 'then', 'else', 'prefixItems', 'contains', '$defs']

/**
 * The first reason for which a value that fits one JSON Schema may not fit another; `undefined` when every one does, as far as
 * can be told from the schemas: parts that it cannot compare count as reasons unless they are equal. Members that `from` does not
 * name are taken as absent.
 */
export function findNarrowing(from: JsonObject, to: JsonObject, path = ''): Narrowing | undefined {
  if (canonicalJson(from) === canonicalJson(to)) return undefined
  return narrowedHere(from, to, path) ?? narrowedBelow(from, to, path)
}

function narrowedHere(from: JsonObject, to: JsonObject, path: string): Narrowing | undefined {
  for (const [keywords, check] of CHECKS)
    for (const keyword of keywords) {
      const message = check(to[keyword], from[keyword])
      if (message !== undefined) return { path, message: `${keyword} ${message}` }
    }
  const [required, before] = [namesIn(to['required']), namesIn(from['required'])]
  const wanted = required.find((name) => !before.includes(name))
  if (wanted !== undefined) return { path: pointerTo(path, wanted), message: 'must be there now' }
  if (to['additionalProperties'] === false && from['additionalProperties'] !== false && from['type'] === 'object')
    return { path, message: 'may have no other members now' }
  return undefined
}

function narrowedBelow(from: JsonObject, to: JsonObject, path: string): Narrowing | undefined {
  const [before, after] = [membersIn(from['properties']), membersIn(to['properties'])]
  for (const [name, schema] of Object.entries(before)) {
    const place = pointerTo(path, name)
    const other = after[name] ?? to['additionalProperties']
    if (other === false) return { path: place, message: 'is not taken any more' }
    const narrowing = isSchema(schema) && isSchema(other) ? findNarrowing(schema, other, place) : undefined
    if (narrowing !== undefined) return narrowing
  }
  const [items, others] = [from['items'], to['items']]
  if (!isSchema(others)) return undefined
  return findNarrowing(isSchema(items) ? items : {}, others, `${path}/*`)
}

const CHECKS: readonly (readonly [keywords: readonly string[], check: Keyword])[] = [
  [['type'], checkType],
  [['enum'], checkEnum],
  [LOWER, narrowsUnless((before, now) => isNumber(before) && isNumber(now) && before >= now)],
  [UPPER, narrowsUnless((before, now) => isNumber(before) && isNumber(now) && before <= now)],
  [SAME, narrowsUnless(isSame)],
  [OPAQUE, (to, from) => (isSame(to, from) ? undefined : 'is not what it was')],
]

function checkType(to: JsonValue | undefined, from: JsonValue | undefined): string | undefined {
  if (to === undefined) return undefined
  const taken = namesIn(to)
  const isTaken = (type: string): boolean => taken.includes(type) || (type === 'integer' && taken.includes('number'))
  return from !== undefined && namesIn(from).every(isTaken) ? undefined : `is ${shown(to)}, was ${shown(from)}`
}

function checkEnum(to: JsonValue | undefined, from: JsonValue | undefined): string | undefined {
  if (!Array.isArray(to)) return undefined
  const missing = Array.isArray(from) ? from.find((value) => !to.some((other) => isSame(value, other))) : undefined
  if (!Array.isArray(from)) return `is ${shown(to)} now`
  return missing === undefined ? undefined : `lacks ${shown(missing)}`
}

/** A keyword that is absent now asks for nothing. */
function narrowsUnless(holds: (before: JsonValue | undefined, now: JsonValue) => boolean): Keyword {
  return (now, before) =>
    now === undefined || holds(before, now) ? undefined : `is ${shown(now)}, was ${shown(before)}`
}

function isNumber(value: JsonValue | undefined): value is number {
  return typeof value === 'number'
}

function isSame(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  if (one === undefined || other === undefined) return one === other
  return canonicalJson(one) === canonicalJson(other)
}

function namesIn(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : []
}

function membersIn(value: JsonValue | undefined): JsonObject {
  return isSchema(value) ? value : {}
}

function isSchema(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shown(value: JsonValue | undefined): string {
  return value === undefined ? 'not there' : JSON.stringify(value)
}
