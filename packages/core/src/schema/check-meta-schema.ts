import { Ajv2020 } from 'ajv/dist/2020.js'
import type { Problem } from '../errors/details.ts'
import type { JsonObject } from '../values/json.ts'
import { schemaProblems } from './schema-problems.ts'

/**
 * Checks a schema against the meta-schema of draft 2020-12: `undefined` when it is one. It takes 40 ms the first time,
 * therefore tests and tools ask it, a start does not.
 */
export function checkMetaSchema(jsonSchema: JsonObject): readonly Problem[] | undefined {
  const ajv = new Ajv2020({ strict: false })
  return ajv.validateSchema(jsonSchema) === true ? undefined : schemaProblems(ajv.errors ?? [])
}
