import type { JsonObject, JsonValue } from '@micro/core'
import type { ExposedAction } from '../actions/exposed-action.ts'
import { refTo } from './components.ts'
import { headerRefs, problemRefs } from './fixed-parts.ts'
import { queryParameters } from './query-parameters.ts'
import { schemaNames } from './schema-names.ts'

/** What can be done at an action's address. */
export function operationsOf(action: ExposedAction): JsonObject {
  const position = parameterRef('Position')
  if (action.kind === 'command')
    return { post: operation(action, 'command', [parameterRef('IdempotencyKey'), position], bodyOf(action)) }
  const query = queryParameters(action)
  return {
    ...(query === undefined ? {} : { get: operation(action, 'view', [...query, position]) }),
    post: operation(action, 'view.post', [position], bodyOf(action)),
  }
}

function operation(
  action: ExposedAction,
  suffix: string,
  parameters: readonly JsonValue[],
  body: JsonObject = {},
): JsonObject {
  const { service, serviceSlug, action: name, actionSlug, kind, description, errors } = action
  return {
    operationId: `${serviceSlug}.${actionSlug}.${suffix}`,
    summary: name,
    ...(description === undefined ? {} : { description }),
    tags: [service],
    parameters,
    ...body,
    responses: { ...successOf(action), ...problemRefs() },
    'x-micro': { service, action: name, kind, ...(errors.length === 0 ? {} : { errors }) },
  }
}

function bodyOf(action: ExposedAction): JsonObject {
  const schema = action.payload === undefined ? {} : refTo(schemaNames(action).payload)
  return { requestBody: { required: action.payload !== undefined, content: { 'application/json': { schema } } } }
}

function successOf(action: ExposedAction): JsonObject {
  const headers = {
    ...headerRefs({ 'Micro-Position': 'Position', 'Micro-Correlation-Id': 'CorrelationId' }),
    ...(action.kind === 'command' ? headerRefs({ 'Micro-Command-Id': 'CommandId', 'Micro-Repeated': 'Repeated' }) : {}),
  }
  const schema = action.response === undefined ? {} : refTo(schemaNames(action).response)
  const answered = { description: 'The answer', headers, content: { 'application/json': { schema } } }
  // A contract with a response has one.
  if (action.response !== undefined) return { 200: answered }
  return { 200: answered, 204: { description: 'Done; there is nothing to say', headers } }
}

function parameterRef(name: string): JsonObject {
  return { $ref: `#/components/parameters/${name}` }
}
