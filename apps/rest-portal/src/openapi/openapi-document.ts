import type { JsonObject } from '@micro/core'
import type { ExposedAction } from '../actions/exposed-action.ts'
import { fullPath, shortPath } from '../actions/find-action.ts'
import { asComponent } from './components.ts'
import { FIXED_HEADERS, FIXED_PARAMETERS, FIXED_SCHEMAS, PROBLEM_RESPONSES } from './fixed-parts.ts'
import { operationsOf } from './operations.ts'
import { schemaNames } from './schema-names.ts'

export interface DocumentTitle {
  readonly title: string
  readonly version: string
}

/** OpenAPI 3.1 of everything that the portal offers, with the schemas of the contracts. */
export function openApiDocument(actions: readonly ExposedAction[], { title, version }: DocumentTitle): JsonObject {
  const services = [...new Set(actions.map(({ service }) => service))]
  return {
    openapi: '3.1.0',
    info: { title, version },
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    tags: services.map((name) => ({ name })),
    paths: Object.fromEntries(actions.map((action) => [pathFor(action, actions), operationsOf(action)])),
    components: {
      schemas: { ...FIXED_SCHEMAS, ...Object.fromEntries(actions.flatMap(schemasOf)) },
      parameters: FIXED_PARAMETERS,
      headers: FIXED_HEADERS,
      responses: PROBLEM_RESPONSES,
    },
  }
}

/** The short address where only one service has such an action. */
function pathFor(action: ExposedAction, actions: readonly ExposedAction[]): string {
  const path = shortPath(action)
  return actions.filter((other) => shortPath(other) === path).length === 1 ? path : fullPath(action)
}

function schemasOf(action: ExposedAction): readonly [string, JsonObject][] {
  const names = schemaNames(action)
  return [
    ...(action.payload === undefined
      ? []
      : [[names.payload, asComponent(action.payload, names.payload)] as [string, JsonObject]]),
    ...(action.response === undefined
      ? []
      : [[names.response, asComponent(action.response, names.response)] as [string, JsonObject]]),
  ]
}
