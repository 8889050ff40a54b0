import type { JsonValue } from '../values/json.ts'
import { compareValues, equalValues, isArray, typeOf } from './compare.ts'
import { pointerTo } from '../values/json-pointer.ts'
import { invalidQuery } from './invalid-query.ts'
import { QUERY_LIMITS } from './limits.ts'
import { isObject, readLiteral } from './literal.ts'
import { type Container, type Scalar, someValueAt, type ValueTest } from './path.ts'
import { compileRegex } from './regex.ts'

/** A condition on what lies at a path. */
export interface FieldTest {
  matchesAt(root: Container, path: readonly string[]): boolean
  /** The same for one value by itself: an element under `$elemMatch`. */
  matchesValue(value: JsonValue): boolean
  /** What an index can use of it. */
  readonly bound?: FieldBound
}

export type FieldBound =
  | { readonly kind: 'in'; readonly values: readonly Scalar[] }
  | { readonly kind: 'range'; readonly operator: RangeOperator; readonly value: string | number | boolean }

export type RangeOperator = '$gt' | '$gte' | '$lt' | '$lte'

/** What the compilation of one query has in hand. */
export interface Compilation {
  /** Counts one more operator or field, and refuses too many. */
  count(pointer: string): void
  /** Compiles the query inside an `$elemMatch`. */
  compileElement(query: unknown, pointer: string, depth: number): (element: Container) => boolean
}

type Compile = (operand: unknown, pointer: string, depth: number, compilation: Compilation) => FieldTest

const OPERATORS: ReadonlyMap<string, Compile> = new Map<string, Compile>([
  ['$eq', (operand, pointer, depth) => equals(readLiteral(operand, pointer, depth))],
  ['$ne', (operand, pointer, depth) => not([equals(readLiteral(operand, pointer, depth))])],
  ['$in', (operand, pointer, depth) => oneOf(readList(operand, pointer, depth))],
  ['$nin', (operand, pointer, depth) => not([oneOf(readList(operand, pointer, depth))])],
  ['$gt', range('$gt', (order) => order > 0)],
  ['$gte', range('$gte', (order) => order >= 0)],
  ['$lt', range('$lt', (order) => order < 0)],
  ['$lte', range('$lte', (order) => order <= 0)],
  ['$exists', exists],
  ['$not', negation],
  ['$elemMatch', elementMatch],
])

/** Whether a field's value is operators: a plain object with a key that begins with `$`. */
export function isOperators(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && Object.keys(value).some((key) => key.startsWith('$'))
}

/** All the operators of one field; each must hold. */
export function compileOperators(
  operators: Readonly<Record<string, unknown>>,
  pointer: string,
  depth: number,
  compilation: Compilation,
): readonly FieldTest[] {
  if (depth >= QUERY_LIMITS.depth) invalidQuery(pointer, `must not lie deeper than ${QUERY_LIMITS.depth} levels`)
  const tests: FieldTest[] = []
  for (const [name, operand] of Object.entries(operators)) {
    const place = pointerTo(pointer, name)
    if (!name.startsWith('$')) invalidQuery(place, 'must not stand beside operators: it is a field name')
    compilation.count(place)
    if (name === '$regex') tests.push(regex(operand, operators['$options'], pointer))
    else if (name === '$options') {
      if (!Object.hasOwn(operators, '$regex')) invalidQuery(place, 'must stand beside $regex')
    } else {
      const compile = OPERATORS.get(name) ?? invalidQuery(place, 'must be an operator that is allowed here')
      tests.push(compile(operand, place, depth + 1, compilation))
    }
  }
  return tests
}

/** What a field that is given as a plain value must be. */
export function equals(value: JsonValue): FieldTest {
  const test = equality(value)
  return isScalar(value) ? { ...some(test), bound: { kind: 'in', values: [value] } } : some(test)
}

function equality(wanted: JsonValue): ValueTest {
  if (wanted === null) return (value) => value === null || value === undefined
  return isScalar(wanted) ? (value) => value === wanted : (value) => equalValues(value, wanted)
}

function oneOf(wanted: readonly JsonValue[]): FieldTest {
  const scalars = new Set(wanted.filter(isScalar))
  const others = wanted.filter((value) => !isScalar(value))
  const test: ValueTest = (value) =>
    scalars.has((value ?? null) as Scalar) || others.some((other) => equalValues(value, other))
  return others.length === 0 ? { ...some(test), bound: { kind: 'in', values: [...scalars] } } : some(test)
}

/** Compares within one type only: `{ $gt: 5 }` says nothing of strings. */
function range(operator: RangeOperator, holds: (order: number) => boolean): Compile {
  return (operand, pointer, depth) => {
    const limit = readLiteral(operand, pointer, depth)
    const type = typeOf(limit)
    const tested = some((value) => typeOf(value) === type && holds(compareValues(value, limit)))
    if (limit === null || !isScalar(limit)) return tested
    return { ...tested, bound: { kind: 'range', operator, value: limit } }
  }
}

function exists(operand: unknown, pointer: string): FieldTest {
  if (typeof operand !== 'boolean') invalidQuery(pointer, 'must be true or false')
  const present = some((value) => value !== undefined)
  return operand ? present : not([present])
}

function regex(pattern: unknown, options: unknown, pointer: string): FieldTest {
  const matches = compileRegex(pattern, options, pointer)
  return some((value) => typeof value === 'string' && matches(value))
}

function negation(operand: unknown, pointer: string, depth: number, compilation: Compilation): FieldTest {
  if (!isOperators(operand)) return invalidQuery(pointer, 'must be an object of operators')
  return not(compileOperators(operand, pointer, depth, compilation))
}

function elementMatch(operand: unknown, pointer: string, depth: number, compilation: Compilation): FieldTest {
  const matches = elementTest(operand, pointer, depth, compilation)
  // Asks for an array, so the path's last array is not entered but tested.
  const test: ValueTest = (value) => isArray(value) && value.some(matches)
  return { matchesAt: (root, path) => someValueAt(root, path, test, false), matchesValue: test }
}

function elementTest(
  operand: unknown,
  pointer: string,
  depth: number,
  compilation: Compilation,
): (element: JsonValue) => boolean {
  if (isOperators(operand) && !Object.hasOwn(operand, '$and') && !Object.hasOwn(operand, '$or')) {
    const tests = compileOperators(operand, pointer, depth, compilation)
    return (element) => tests.every((test) => test.matchesValue(element))
  }
  const matches = compilation.compileElement(operand, pointer, depth)
  return (element) => typeof element === 'object' && element !== null && matches(element)
}

function readList(operand: unknown, pointer: string, depth: number): readonly JsonValue[] {
  if (!Array.isArray(operand)) return invalidQuery(pointer, 'must be a list of values')
  if (operand.length > QUERY_LIMITS.listedValues)
    invalidQuery(pointer, `must list at most ${QUERY_LIMITS.listedValues} values`)
  return readLiteral(operand, pointer, depth) as readonly JsonValue[]
}

function some(test: ValueTest): FieldTest {
  return { matchesAt: (root, path) => someValueAt(root, path, test), matchesValue: test }
}

function not(tests: readonly FieldTest[]): FieldTest {
  return {
    matchesAt: (root, path) => !tests.every((test) => test.matchesAt(root, path)),
    matchesValue: (value) => !tests.every((test) => test.matchesValue(value)),
  }
}

function isScalar(value: JsonValue): value is Scalar {
  return typeof value !== 'object' || value === null
}
