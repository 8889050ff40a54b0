import { invalidError } from './invalid-error.ts'
import { jsonProblems } from './json-problems.ts'
import { isJsonNumber, isWellFormed } from './json-scalar.ts'
import type { JsonValue } from './json.ts'
import { isPlainObject, MAX_DEPTH } from './plain-object.ts'
import { SealMark } from './seal-mark.ts'
import { isSecret, type Secret } from './secret.ts'

/** A JSON value in which some members may be secrets: what a payload is. */
export type JsonWithSecrets =
  | JsonValue
  | Secret<unknown>
  | readonly JsonWithSecrets[]
  | { readonly [key: string]: JsonWithSecrets }

export interface SealOptions {
  /** Keeps instances of `Secret` as they are instead of refusing them; `isSecretFree` tells whether there were any. */
  readonly allowSecrets: true
}

/** Stands for "this is no JSON" in the walk, which builds no paths and throws nothing, so that it is fast. */
const REFUSED = Symbol('refused')

interface Walk {
  readonly allowSecrets: boolean
  secrets: number
}

/**
 * A deeply frozen copy of a value, after checking that JSON holds it without loss: no `undefined`, function, symbol,
 * bigint, NaN, infinity, -0, integer beyond ±(2^53 − 1), lone surrogate, class instance, hole, symbol key, `__proto__`
 * key, cycle, or nesting beyond 64 levels. Each member is read once, so a getter cannot show one value to the check and
 * another to the copy. Non-enumerable properties are left out, as JSON does, and so are an array's own names.
 *
 * What was sealed before, whole or in part, is returned as it is: sealing again costs nothing.
 *
 * @param what names the value in the error: `the payload of 'deposit money'`
 * @throws MICRO_INVALID with every problem and its path
 */
export function sealJson(value: unknown, what: string): JsonValue
export function sealJson(value: unknown, what: string, options: SealOptions): JsonWithSecrets
export function sealJson(value: unknown, what: string, options?: SealOptions): JsonWithSecrets {
  const allowSecrets = options !== undefined
  const sealed = seal(value, 0, { allowSecrets, secrets: 0 })
  if (sealed !== REFUSED) return sealed
  const problems = jsonProblems(value, allowSecrets)
  throw invalidError(what, problems.length > 0 ? problems : [{ path: '', message: 'must not change while it is read' }])
}

/** Whether a sealed value holds no `Secret`, and is therefore JSON and nothing else. */
export function isSecretFree(sealed: JsonWithSecrets): sealed is JsonValue {
  return typeof sealed !== 'object' || sealed === null || !(isSecret(sealed) || SealMark.holdsSecret(sealed))
}

function seal(value: unknown, depth: number, walk: Walk): JsonWithSecrets | typeof REFUSED {
  switch (typeof value) {
    case 'string':
      return isWellFormed(value) ? value : REFUSED
    case 'number':
      return isJsonNumber(value) ? value : REFUSED
    case 'boolean':
      return value
    case 'object':
      return value === null ? null : sealContainer(value, depth, walk)
    default:
      return REFUSED
  }
}

function sealContainer(value: object, depth: number, walk: Walk): JsonWithSecrets | typeof REFUSED {
  if (SealMark.isOn(value)) return keep(value as JsonWithSecrets & object, walk)
  if (depth >= MAX_DEPTH) return REFUSED
  if (Array.isArray(value)) return sealArray(value, depth, walk)
  return isPlainObject(value)
    ? sealObject(value as Readonly<Record<string, unknown>>, depth, walk)
    : sealOther(value, walk)
}

/** What is sealed already stays, unless it holds a secret where none may be. */
function keep(value: JsonWithSecrets & object, walk: Walk): JsonWithSecrets | typeof REFUSED {
  if (!SealMark.holdsSecret(value)) return value
  walk.secrets++
  return walk.allowSecrets ? value : REFUSED
}

function sealOther(value: object, walk: Walk): JsonWithSecrets | typeof REFUSED {
  if (!walk.allowSecrets || !isSecret(value)) return REFUSED
  walk.secrets++
  return value
}

function sealArray(list: readonly unknown[], depth: number, walk: Walk): JsonWithSecrets | typeof REFUSED {
  // A subclass's prototype is an ordinary object, Array.prototype of any realm is an array.
  if (!Array.isArray(Object.getPrototypeOf(list))) return REFUSED
  if (Object.getOwnPropertySymbols(list).length > 0) return REFUSED
  const secretsBefore = walk.secrets
  const copy: JsonWithSecrets[] = []
  for (let index = 0; index < list.length; index++) {
    const item = seal(list[index], depth + 1, walk)
    if (item === REFUSED) return REFUSED
    copy.push(item)
  }
  SealMark.put(copy, walk.secrets !== secretsBefore)
  return Object.freeze(copy)
}

function sealObject(
  object: Readonly<Record<string, unknown>>,
  depth: number,
  walk: Walk,
): JsonWithSecrets | typeof REFUSED {
  if (Object.getOwnPropertySymbols(object).length > 0) return REFUSED
  const secretsBefore = walk.secrets
  const copy: Record<string, JsonWithSecrets> = {}
  for (const key of Object.keys(object)) {
    if (key === '__proto__' || !isWellFormed(key)) return REFUSED
    const member = seal(object[key], depth + 1, walk)
    if (member === REFUSED) return REFUSED
    copy[key] = member
  }
  SealMark.put(copy, walk.secrets !== secretsBefore)
  return Object.freeze(copy)
}
