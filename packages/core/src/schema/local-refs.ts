import type { JsonObject } from '../values/json.ts'
import { eachSubschema, mapSubschemas } from './subschemas.ts'

/**
 * Makes a schema refer to its own parts by JSON pointer from its root and nothing else: each `$ref` becomes `#` or
 * `#/…`, and `$id`, `$anchor` and `$schema` go. Such names would have to be unique in a whole deployment, which a TypeBox `Cyclic`
 * in two contracts is not, and nothing is ever fetched from an address.
 *
 * @throws TypeError for a `$ref` that leads out of the schema or nowhere, and for two different parts of one name
 */
export function withLocalRefs(schema: JsonObject, what: string): JsonObject {
  const parts = new Map<string, JsonObject>()
  const named = new Map<string, string>()
  const name = (key: string, pointer: string): void => {
    const other = parts.get(named.get(key) ?? '\n')
    if (other !== undefined && JSON.stringify(other) !== JSON.stringify(parts.get(pointer)))
      throw new TypeError(`${what}: two different parts of the schema are both called '${key}'; rename one`)
    named.set(key, pointer)
  }
  eachSubschema(schema, (part, pointer) => {
    parts.set(pointer, part)
    if (typeof part['$id'] === 'string') name(part['$id'].replace(/#$/, ''), pointer)
    if (typeof part['$anchor'] === 'string') name(`#${part['$anchor']}`, pointer)
  })

  const resolve = (ref: string, base: string): string => {
    const [address = '', fragment = ''] = ref.split('#', 2)
    const root = address === '' ? base : named.get(address)
    const isPointer = fragment === '' || fragment.startsWith('/')
    const target = isPointer ? root && `${root}${decodeURIComponent(fragment)}` : named.get(`#${fragment}`)
    const found = isPointer && root === '' ? decodeURIComponent(fragment) : target
    if (found !== undefined && parts.has(found)) return found
    throw new TypeError(`${what}: $ref '${ref}' leads to no part of the schema; put what it means under $defs`)
  }

  const rewrite = (part: JsonObject, pointer: string, outerBase: string): JsonObject => {
    const { $id, $anchor: _anchor, $schema: _schema, ...rest } = part
    const base = typeof $id === 'string' ? pointer : outerBase
    const copy = mapSubschemas(rest, pointer, (inner, _, place) => rewrite(inner, place, base))
    return typeof copy['$ref'] === 'string' ? { ...copy, $ref: toFragment(resolve(copy['$ref'], base)) } : copy
  }
  return rewrite(schema, '', '')
}

/** A JSON pointer as the fragment of a URI, which is what a `$ref` holds. */
function toFragment(pointer: string): string {
  return `#${encodeURI(pointer).replaceAll('#', '%23')}`
}
