import type { JsonObject } from '@micro/core'
import { ERROR_CODES } from '@micro/core'
import { HTTP_STATUS } from '../errors/http-status.ts'
import { refTo } from './components.ts'

/** The body of every error, as `problem.ts` makes it. */
const PROBLEM: JsonObject = {
  description: 'RFC 9457, with what micro says about the error',
  type: 'object',
  properties: {
    type: { description: 'Names the kind of problem, for ever', type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { description: 'For people', type: 'string' },
    code: { description: 'For programs', enum: Object.keys(ERROR_CODES) },
    outcome: {
      description: 'What the request left behind: nothing, what was asked, or nobody can tell',
      enum: ['none', 'done', 'unknown'],
    },
    retryable: { description: 'Whether the same request may succeed later', type: 'boolean' },
    details: { description: 'What exactly is wrong, by code' },
    correlationId: { description: 'Finds this request in the logs', type: 'string' },
  },
  required: ['type', 'title', 'status', 'detail', 'code', 'outcome', 'retryable', 'correlationId'],
}

const POSITION: JsonObject = {
  description:
    'What the sender has seen of each event log: `<log>=<position>[,…]`. Sent back, it makes later reads see it too.',
  schema: { type: 'string' },
}

export const FIXED_SCHEMAS: Readonly<Record<string, JsonObject>> = { Problem: PROBLEM }

export const FIXED_PARAMETERS: Readonly<Record<string, JsonObject>> = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      "The caller's id of the command. The same id again is the same command: it is done once, and every repeat gets the first answer.",
    schema: { type: 'string', minLength: 1, maxLength: 128, pattern: '^[\\x21-\\x7e]+$' },
  },
  Position: { name: 'Micro-Position', in: 'header', required: false, ...POSITION },
}

export const FIXED_HEADERS: Readonly<Record<string, JsonObject>> = {
  Position: POSITION,
  Repeated: { description: '`true`: the answer to a command that had already been done', schema: { const: 'true' } },
  CommandId: { description: 'The id of the command: the Idempotency-Key, or a new one', schema: { type: 'string' } },
  CorrelationId: { description: 'Finds this request in the logs', schema: { type: 'string' } },
  RetryAfter: { description: 'Seconds', schema: { type: 'integer', minimum: 0 } },
}

/** @param names header → its component */
export function headerRefs(names: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(
    Object.entries(names).map(([header, component]) => [header, { $ref: `#/components/headers/${component}` }]),
  )
}

/** Statuses that the portal answers by itself, beside those of the codes. */
const OWN_STATUSES: Readonly<Record<number, string>> = {
  405: 'Another method is needed',
  411: 'The length of the body is not given',
  415: 'The body is not JSON',
  421: 'Another host is meant',
  429: 'Too many requests',
}

/** One response for each status that an error can have, with the codes behind it. */
export const PROBLEM_RESPONSES: Readonly<Record<string, JsonObject>> = problemResponses()

function problemResponses(): Record<string, JsonObject> {
  const described = new Map<number, string[]>()
  for (const [code, { status, title }] of Object.entries(HTTP_STATUS))
    described.set(status, [...(described.get(status) ?? []), `${title} (${code})`])
  for (const [status, title] of Object.entries(OWN_STATUSES)) described.set(Number(status), [title])
  return Object.fromEntries(
    Array.from(described, ([status, kinds]) => [
      `Problem${status}`,
      {
        description: kinds.join('; '),
        headers: headerRefs({
          'Micro-Position': 'Position',
          'Micro-Correlation-Id': 'CorrelationId',
          ...([429, 503].includes(status) ? { 'Retry-After': 'RetryAfter' } : {}),
        }),
        content: { 'application/problem+json': { schema: refTo('Problem') } },
      },
    ]),
  )
}

/** Refers to each response in an operation. */
export function problemRefs(): JsonObject {
  return Object.fromEntries(
    Object.keys(PROBLEM_RESPONSES)
      .map((name) => [name.slice('Problem'.length), { $ref: `#/components/responses/${name}` }] as const)
      .toSorted(([one], [other]) => Number(one) - Number(other)),
  )
}
