import type { Problem } from '../errors/details.ts'
import { pointerTo } from './json-pointer.ts'
import { isJsonNumber, isWellFormed } from './json-scalar.ts'
import { isPlainObject, MAX_DEPTH } from './plain-object.ts'
import { isSecret } from './secret.ts'

const MAX_PROBLEMS = 20

/**
 * Everything about a value that JSON would lose or change, at most 20 entries. This is the slow half of `sealJson`: it
 * runs only when sealing has refused a value, and may therefore build paths and sets.
 */
export function jsonProblems(value: unknown, allowSecrets: boolean): readonly Problem[] {
  const problems: Problem[] = []
  collect(value, '', { problems, allowSecrets, ancestors: new Set() })
  return problems
}

interface Search {
  readonly problems: Problem[]
  readonly allowSecrets: boolean
  readonly ancestors: Set<object>
}

function collect(value: unknown, path: string, search: Search): void {
  const { problems, ancestors } = search
  if (problems.length >= MAX_PROBLEMS) return
  const message = typeof value === 'object' && value !== null ? containerProblem(value, search) : scalarProblem(value)
  if (message !== undefined) problems.push({ path, message })
  else if (typeof value === 'object' && value !== null && !isSecret(value)) {
    ancestors.add(value)
    if (Array.isArray(value)) collectItems(value, path, search)
    else collectProperties(value, path, search)
    ancestors.delete(value)
  }
}

function collectItems(list: readonly unknown[], path: string, search: Search): void {
  for (let index = 0; index < list.length && search.problems.length < MAX_PROBLEMS; index++)
    if (index in list) collect(list[index], pointerTo(path, index), search)
    else search.problems.push({ path: pointerTo(path, index), message: 'must not be a hole in an array: use null' })
}

function collectProperties(object: object, path: string, search: Search): void {
  for (const [key, member] of Object.entries(object)) {
    const problem = keyProblem(key)
    if (problem === undefined) collect(member, pointerTo(path, key), search)
    else search.problems.push({ path: pointerTo(path, key), message: problem })
    if (search.problems.length >= MAX_PROBLEMS) return
  }
}

function keyProblem(key: string): string | undefined {
  if (key === '__proto__') return 'must not be a key'
  return isWellFormed(key) ? undefined : 'must be a key of well-formed Unicode: it holds a lone surrogate'
}

function containerProblem(value: object, { ancestors, allowSecrets }: Search): string | undefined {
  if (isSecret(value))
    return allowSecrets
      ? undefined
      : 'must not be a Secret: what is recorded stays readable; leave it out or keep a hash'
  if (ancestors.has(value)) return 'must not contain itself'
  if (!isPlainObject(value) && !Array.isArray(value)) return instanceProblem(value)
  if (ancestors.size >= MAX_DEPTH) return `must not be nested more than ${MAX_DEPTH} levels deep`
  if (Array.isArray(value) && !Array.isArray(Object.getPrototypeOf(value))) return instanceProblem(value)
  return Object.getOwnPropertySymbols(value).length > 0 ? 'must not have symbols as keys' : undefined
}

function instanceProblem(value: object): string {
  if (value instanceof Date) return 'must not be a Date: use its toISOString()'
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name
  return `must be a plain object or array, not an instance of ${typeof name === 'string' && name !== '' ? name : 'a class'}`
}

function scalarProblem(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return isWellFormed(value) ? undefined : 'must be well-formed Unicode: it holds a lone surrogate'
    case 'number':
      return isJsonNumber(value) ? undefined : numberProblem(value)
    case 'undefined':
      return 'must not be undefined: leave it out or use null'
    case 'bigint':
      return 'must not be a bigint: send it as a string'
    case 'function':
    case 'symbol':
      return `must not be a ${typeof value}`
    default:
      return undefined
  }
}

function numberProblem(value: number): string {
  if (!Number.isFinite(value)) return `must be a finite number, not ${value}`
  if (value === 0) return 'must not be -0: JSON makes it 0'
  return 'must not be beyond ±(2^53 - 1), where JSON readers lose digits: send it as a string'
}
