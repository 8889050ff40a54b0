import addFormats from 'ajv-formats'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Problem } from '../errors/details.ts'
import type { JsonObject } from '../values/json.ts'
import { schemaProblems } from './schema-problems.ts'
import { eachSubschema } from './subschemas.ts'

/** Checks a value; `undefined` means that it fits. It changes nothing in the value: no coercion, no defaults, no removal. */
export type Validate = (value: unknown) => readonly Problem[] | undefined

export interface SchemaCompiler {
  /**
   * The check for a schema that `toJsonSchema` made. It is compiled when the first value comes (about 1 ms, the first
   * of all 6), so that a start does not wait for schemas that are never used.
   *
   * @param what names the schema in errors: `the payload of 'deposit money'`
   */
  compile(jsonSchema: JsonObject, what: string): Validate
  /**
   * Compiles now what is not compiled yet. For tests, for a start that would rather be slow than surprised, and for a
   * quiet moment after it.
   *
   * @throws TypeError naming the schema that ajv refuses
   */
  assertCompiles(): void
}

/** A compiler of schemas with one ajv, made when it is first needed. Each micro has its own: nothing is shared. */
export function createSchemaCompiler(): SchemaCompiler {
  const waiting = new Set<() => void>()
  let ajv: Ajv2020 | undefined
  return {
    compile(jsonSchema, what) {
      let fits: ValidateFunction | undefined
      const prepare = (): ValidateFunction => {
        ajv ??= createAjv()
        fits = compileWith(ajv, jsonSchema, what)
        waiting.delete(prepare)
        return fits
      }
      waiting.add(prepare)
      return (value) => {
        const check = fits ?? prepare()
        return check(value) ? undefined : schemaProblems(check.errors ?? [])
      }
    },
    assertCompiles() {
      for (const prepare of waiting) prepare()
    },
  }
}

/** A check for one schema, apart from any compiler. */
export function compileSchema(jsonSchema: JsonObject, what: string): Validate {
  return createSchemaCompiler().compile(jsonSchema, what)
}

function createAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    strict: true,
    // Libraries leave the type to their alternatives; for schemas written by hand, toJsonSchema asks for it (checkTypes).
    strictTypes: false,
    // Tuples whose last items may be missing, and `required` in alternatives beside `properties`, are no mistakes.
    strictTuples: false,
    strictRequired: false,
    allowMatchingProperties: true,
    // One error is enough, and a hostile payload cannot ask for a million.
    allErrors: false,
    coerceTypes: false,
    removeAdditional: false,
    useDefaults: false,
    // Without this, `required: ['constructor']` is met by every object.
    ownProperties: true,
    $data: false,
    // Compiling the meta-schema takes 40 ms of a start; tests ask it through checkMetaSchema.
    meta: false,
    validateSchema: false,
    validateFormats: true,
  })
  addFormats.default(ajv)
  return ajv
}

function compileWith(ajv: Ajv2020, jsonSchema: JsonObject, what: string): ValidateFunction {
  eachSubschema(jsonSchema, (part) => {
    for (const keyword of Object.keys(part))
      if (keyword.startsWith('x-') && ajv.getKeyword(keyword) === false) ajv.addKeyword(keyword)
    // Libraries name formats of their own beside the pattern that says the same.
    const { format, pattern } = part
    if (typeof format === 'string' && pattern !== undefined && ajv.formats[format] === undefined)
      ajv.addFormat(format, true)
  })
  try {
    return ajv.compile(jsonSchema)
  } catch (cause) {
    throw new TypeError(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}
