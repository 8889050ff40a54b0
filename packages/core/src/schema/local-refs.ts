import type { JsonObject } from '../values/json.ts'
import { eachSubschema, mapSubschemas } from './subschemas.ts'

/**
 * Makes a schema refer to its own parts by JSON pointer from its root and by nothing else: each `$ref` becomes `#` or
 * `#/…`, and `$id`, `$anchor` and `$schema` go. Names would have to be unique in a whole deployment, which a TypeBox
 * `Cyclic` in two contracts is not, and nothing is ever fetched from an address.
 *
 * @throws TypeError for a `$ref` that leads out of the schema or nowhere, and for two different parts of one name
 */
export function withLocalRefs(schema: JsonObject, what: string): JsonObject {
  const parts = new Map<string, JsonObject>()
  eachSubschema(schema, (part, pointer) => parts.set(pointer, part))
  const named = namesOf(parts, what)

  const resolve = (ref: string, base: string): string => {
    const [address = '', fragment = ''] = ref.split('#', 2)
    const resource = address === '' ? base : named.get(address)
    const isPointer = fragment === '' || fragment.startsWith('/')
    const target = isPointer && resource !== undefined ? resource + fromFragment(fragment) : named.get(`#${fragment}`)
    if (target !== undefined && parts.has(target)) return target
    throw new TypeError(`${what}: $ref '${ref}' leads to no part of the schema; put what it means under $defs`)
  }

  const rewrite = (part: JsonObject, pointer: string, outerBase: string): JsonObject => {
    const { $id, $anchor: _anchor, $schema: _schema, ...rest } = part
    // Pointers in a part with an $id of its own start there.
    const base = typeof $id === 'string' ? pointer : outerBase
    const copy = mapSubschemas(rest, pointer, (inner, _, place) => rewrite(inner, place, base))
    return typeof copy['$ref'] === 'string' ? { ...copy, $ref: toFragment(resolve(copy['$ref'], base)) } : copy
  }
  return rewrite(schema, '', '')
}

/** Where the part of each `$id` and (behind a `#`) each `$anchor` stands. */
function namesOf(parts: ReadonlyMap<string, JsonObject>, what: string): ReadonlyMap<string, string> {
  const named = new Map<string, string>()
  const put = (name: string, pointer: string, part: JsonObject): void => {
    const other = parts.get(named.get(name) ?? pointer)
    if (JSON.stringify(other) !== JSON.stringify(part))
      throw new TypeError(`${what}: two different parts of the schema are both called '${name}'; rename one`)
    named.set(name, pointer)
  }
  for (const [pointer, part] of parts) {
    if (typeof part['$id'] === 'string') put(part['$id'].replace(/#$/, ''), pointer, part)
    if (typeof part['$anchor'] === 'string') put(`#${part['$anchor']}`, pointer, part)
  }
  return named
}

/** A JSON pointer as the fragment of a URI, which is what a `$ref` holds. */
function toFragment(pointer: string): string {
  return `#${encodeURI(pointer).replaceAll('#', '%23')}`
}

/** The pointer that a fragment means; one with a bare `%` was not encoded. */
function fromFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment)
  } catch {
    return fragment
  }
}
