import type { JsonObject, JsonValue } from '@micro/core'
import { invalid, type Refusal } from '../errors/refusal.ts'
import { keepsItsValue } from '../json/json-number.ts'
import { speakersOf, typesOf } from './schema-parts.ts'

/** One parameter, given once or several times, as a value of the type that its schemas name. */
export function readParameter(
  name: string,
  texts: readonly string[],
  schemas: readonly JsonValue[],
  root: JsonObject,
): JsonValue {
  const types = new Set(schemas.flatMap((schema) => [...typesOf(schema, root)]))
  const [text = '', ...more] = texts
  if (types.has('array') && (more.length > 0 || !types.has('string'))) {
    const itemTypes = itemTypesOf(schemas, root)
    return texts.map((each) => readText(name, each, itemTypes))
  }
  if (more.length > 0) throw refuse(name, 'is there more than once')
  return readText(name, text, types)
}

function itemTypesOf(schemas: readonly JsonValue[], root: JsonObject): ReadonlySet<string> {
  const items = schemas
    .flatMap((schema) => speakersOf(schema, root))
    .flatMap(({ items: each }) => (each === undefined ? [] : [each]))
  return new Set(items.flatMap((schema) => [...typesOf(schema, root)]))
}

/** Where a string may stand, a text stays what it is. */
function readText(name: string, text: string, types: ReadonlySet<string>): JsonValue {
  if (types.size === 0 || types.has('string')) return text
  if (types.has('null') && text === 'null') return null
  if (types.has('boolean') && (text === 'true' || text === 'false')) return text === 'true'
  if (types.has('number') && isNumber(text)) return Number(text)
  if (types.has('integer') && isInteger(text)) return Number(text)
  throw refuse(name, `must be ${listed(types)}`)
}

function isNumber(text: string): boolean {
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) && keepsItsValue(text)
}

function isInteger(text: string): boolean {
  return /^(?:0|-?[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text))
}

const IN_WORDS: Readonly<Record<string, string>> = {
  null: 'null',
  boolean: 'true or false',
  number: 'a number',
  integer: 'an integer',
  array: 'a list, which is written by repeating its name',
  object: 'an object, which does not fit an address: send this view with POST',
}

function listed(types: ReadonlySet<string>): string {
  return Array.from(types, (type) => IN_WORDS[type] ?? type).join(' or ')
}

function refuse(name: string, message: string): Refusal {
  const path = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
  return invalid(`The query parameter "${name}" ${message}.`, path)
}
