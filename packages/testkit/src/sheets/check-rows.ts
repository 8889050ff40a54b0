import { compileSchema, type SchemaCompiler, toJsonSchema } from '@micro/core'
import type { FilledTable } from '../micro/followed-projections.ts'
import type { Findings } from './findings.ts'
import { allModels, type SourceParts } from './source-parts.ts'

/** Every row is as its model's schema says. */
export function checkRows(tables: readonly FilledTable[], parts: SourceParts, findings: Findings): void {
  const checks = new Map<string, ReturnType<SchemaCompiler['compile']>[]>()
  for (const { name, schema } of allModels(parts)) {
    const what = `the rows of model "${name}"`
    // Two modules may each have a model of this name; a row fits one of them.
    checks.set(name, [...(checks.get(name) ?? []), compileSchema(toJsonSchema(schema, what), what)])
  }
  for (const { model, rows } of tables)
    for (const row of rows) {
      const problems = (checks.get(model) ?? []).map((validate) => validate(row)?.[0])
      const [problem] = problems
      if (problem === undefined || problems.includes(undefined)) continue
      findings.add(
        `A row of model "${model}" is not as its schema says: ${problem.path} ${problem.message}, in ${JSON.stringify(row)}. Correct the reducer or the schema.`,
      )
    }
}
