import { createSchemaCompiler } from '../schema/compile-schema.ts'
import type { Schema } from '../schema/schema.ts'
import { toJsonSchema } from '../schema/to-json-schema.ts'
import type { CompiledSchema } from './endpoint.ts'
import type { WiringProblems } from './wiring-problems.ts'

/**
 * The schemas of a service, with one ajv: checked at once, so that one that cannot be used is a wiring problem, and compiled
 * when the first value comes, so that no start waits for it.
 */
export class SchemaBook {
  readonly #compiler = createSchemaCompiler()
  readonly #problems: WiringProblems

  constructor(problems: WiringProblems) {
    this.#problems = problems
  }

  /** @param what names the schema in errors: `the payload of "deposit money"` */
  compile(schema: Schema, what: string): CompiledSchema | undefined {
    try {
      const json = toJsonSchema(schema, what)
      return { json, validate: this.#compiler.compile(json, what) }
    } catch (error) {
      this.#report(error)
      return undefined
    }
  }

  #report(error: unknown): void {
    if (!(error instanceof TypeError)) throw error
    this.#problems.add(
      error.message,
      'Correct the schema: JSON Schema draft 2020-12, TypeBox, or a Standard JSON Schema library.',
    )
  }
}
