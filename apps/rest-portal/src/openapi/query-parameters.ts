import type { JsonObject, JsonValue } from '@micro/core'
import type { ExposedAction } from '../actions/exposed-action.ts'
import { isObject, speakersOf, typesOf } from '../query/schema-parts.ts'
import { asComponent } from './components.ts'
import { schemaNames } from './schema-names.ts'

/** One for each property of a view's payload; `undefined` when it needs one that does not fit an address. */
export function queryParameters(action: ExposedAction): readonly JsonObject[] | undefined {
  const { payload = {} } = action
  const speakers = speakersOf(payload, payload)
  const required = new Set(speakers.flatMap((part) => (part['required'] ?? []) as readonly string[]))
  const properties = new Map(
    speakers.flatMap(({ properties: named }) => (isObject(named) ? Object.entries(named) : [])),
  )
  if ([...properties].some(([name, schema]) => required.has(name) && !fitsAnAddress(schema, payload))) return undefined
  const component = schemaNames(action).payload
  return [...properties]
    .filter(([, schema]) => fitsAnAddress(schema, payload))
    .map(([name, schema]) => ({
      name,
      in: 'query',
      required: required.has(name),
      ...describe(schema, payload),
      schema: isObject(schema) ? asComponent(schema, component) : schema,
    }))
}

function fitsAnAddress(schema: JsonValue, payload: JsonObject): boolean {
  const types = typesOf(schema, payload)
  return types.size === 0 || [...types].some((type) => type !== 'object')
}

function describe(schema: JsonValue, payload: JsonObject): JsonObject {
  const description = speakersOf(schema, payload)
    .map((part) => part['description'])
    .find((text) => typeof text === 'string')
  return description === undefined ? {} : { description }
}
