import type { ErrorObject } from 'ajv/dist/2020.js'
import type { Problem } from '../errors/details.ts'
import { pointerTo } from '../values/json-pointer.ts'

const MAX_PROBLEMS = 6

/** What ajv found, in words that read on after the path: `/amount` `must be >= 1`. */
export function schemaProblems(errors: readonly ErrorObject[]): readonly Problem[] {
  const last = errors.at(-1)
  if (last === undefined) return []
  // ajv stops at the first error; there are several only when no alternative fits, and then the last one says so.
  const alternatives = errors.slice(0, -1).map(problemOf)
  if (alternatives.length === 0) return [problemOf(last)]
  const path = last.instancePath
  if (alternatives.every((problem) => problem.path === path)) {
    const messages = new Set(alternatives.map((problem) => problem.message.replace(/^must be /, '')))
    return [{ path, message: `must be ${[...messages].join(' or ')}` }]
  }
  return [{ path, message: 'must fit one of the alternatives, each of which fails:' }, ...alternatives].slice(
    0,
    MAX_PROBLEMS,
  )
}

function problemOf({ instancePath: path, keyword, params, message }: ErrorObject): Problem {
  switch (keyword) {
    case 'required':
      return { path: pointerTo(path, String(params['missingProperty'])), message: 'must be present' }
    case 'dependentRequired':
      return {
        path: pointerTo(path, String(params['missingProperty'])),
        message: `must be present when ${String(params['property'])} is`,
      }
    case 'additionalProperties':
      return { path: pointerTo(path, String(params['additionalProperty'])), message: NOT_KNOWN }
    case 'unevaluatedProperties':
      return { path: pointerTo(path, String(params['unevaluatedProperty'])), message: NOT_KNOWN }
    case 'propertyNames':
      return { path: pointerTo(path, String(params['propertyName'])), message: 'must not be the name of a property' }
    case 'type':
      return { path, message: `must be ${[params['type']].flat().map(String).map(withArticle).join(' or ')}` }
    case 'enum':
      return { path, message: `must be ${listed(params['allowedValues'])}` }
    case 'const':
      return { path, message: `must be ${JSON.stringify(params['allowedValue'])}` }
    case 'format':
      return { path, message: `must be a valid ${String(params['format'])}` }
    default:
      return { path, message: (message ?? 'must be as the schema says').replace('NOT', 'not') }
  }
}

const NOT_KNOWN = 'must not be present: the schema does not have it'

function withArticle(type: string): string {
  if (type === 'null') return type
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`
}

function listed(values: unknown): string {
  const shown = Array.isArray(values) ? values.map((value) => JSON.stringify(value)) : []
  return shown.length === 1 ? String(shown[0]) : `one of ${shown.join(', ')}`
}
