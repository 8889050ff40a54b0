import type { JsonObject, JsonValue } from '@micro/core'
import { invalid } from '../errors/refusal.ts'
import { readParameter } from './read-parameter.ts'
import { speakersOf } from './schema-parts.ts'

/**
 * The payload of a view from the parameters of its address. A parameter is read as what the schema says it is, and only
 * if its text is exactly such a value; nothing is guessed. Parameters that the schema does not have stay strings, so that
 * the schema refuses them.
 *
 * @param query what follows the `?`, as it was sent
 * @throws Refusal `MICRO_INVALID` naming the parameter
 */
export function readQuery(query: string, schema: JsonObject | undefined): JsonObject {
  const payload: [string, JsonValue][] = []
  for (const [name, texts] of parametersOf(query))
    payload.push([name, readParameter(name, texts, propertySchemas(name, schema), schema ?? {})])
  return Object.fromEntries(payload)
}

function propertySchemas(name: string, schema: JsonObject | undefined): readonly JsonValue[] {
  if (schema === undefined) return []
  return speakersOf(schema, schema).flatMap(({ properties, additionalProperties }) => {
    const own = typeof properties === 'object' && properties !== null && Object.hasOwn(properties, name)
    if (own) return [(properties as JsonObject)[name] as JsonValue]
    return additionalProperties === undefined ? [] : [additionalProperties]
  })
}

/** As HTML forms write them: `+` is a blank. Stricter than `URLSearchParams`, which turns what it cannot read into `�`. */
function parametersOf(query: string): ReadonlyMap<string, readonly string[]> {
  const parameters = new Map<string, string[]>()
  for (const part of query.split('&')) {
    if (part === '') continue
    const at = part.indexOf('=')
    const name = decode(at < 0 ? part : part.slice(0, at))
    const text = decode(at < 0 ? '' : part.slice(at + 1))
    const texts = parameters.get(name)
    if (texts === undefined) parameters.set(name, [text])
    else texts.push(text)
  }
  return parameters
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw invalid('A query parameter is not valid percent-encoded UTF-8.')
  }
}
