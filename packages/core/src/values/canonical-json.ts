import { isWellFormed } from './json-scalar.ts'
import type { JsonObject, JsonValue } from './json.ts'
import { isPlainObject } from './plain-object.ts'

/**
 * The one JSON text of a value by RFC 8785 (JSON Canonicalization Scheme): no white space, keys in the order of their
 * UTF-16 code units, numbers and strings as ECMAScript writes them. Equal values give equal texts in every language.
 *
 * @throws TypeError for what is no JSON: `undefined`, NaN, a `Secret` or other instance, a lone surrogate
 */
export function canonicalJson(value: JsonValue): string {
  // Most values have their keys in order already, and one call of JSON.stringify is far faster than one per member.
  return isInOrder(value) ? JSON.stringify(value) : textOf(value)
}

/** Whether all keys are in the order wanted, after checking that everything is JSON. */
function isInOrder(value: JsonValue): boolean {
  switch (typeof value) {
    case 'string':
      return isText(value)
    case 'number':
      if (Number.isFinite(value)) return true
      throw new TypeError(`canonicalJson: ${value} is no JSON number`)
    case 'boolean':
      return true
    case 'object':
      if (value === null) return true
      return Array.isArray(value) ? isArrayInOrder(value) : isObjectInOrder(value as JsonObject)
    default:
      throw new TypeError(`canonicalJson: a value of type ${typeof value} is no JSON`)
  }
}

function isArrayInOrder(list: readonly JsonValue[]): boolean {
  let inOrder = true
  for (let index = 0; index < list.length; index++) if (!isInOrder(list[index] as JsonValue)) inOrder = false
  return inOrder
}

function isObjectInOrder(object: JsonObject): boolean {
  if (!isPlainObject(object)) throw new TypeError('canonicalJson: an instance of a class is no JSON')
  let inOrder = true
  let previous = ''
  for (const key of Object.keys(object)) {
    // `<` compares UTF-16 code units, which is what the RFC asks for.
    if (!isText(key) || key < previous) inOrder = false
    if (!isInOrder(object[key] as JsonValue)) inOrder = false
    previous = key
  }
  return inOrder
}

function isText(text: string): true {
  if (isWellFormed(text)) return true
  throw new TypeError('canonicalJson: a lone surrogate is no Unicode text')
}

/** The text of a checked value. It cannot be a sorted copy's: an object puts keys like `9` and `10` in its own order. */
function textOf(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(textOf).join(',')}]`
  const object = value as JsonObject
  const members = Object.keys(object)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${textOf(object[key] as JsonValue)}`)
  return `{${members.join(',')}}`
}
