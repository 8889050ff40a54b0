import type { Query, Row } from '../ports/projection-store.ts'
import { isWellFormed } from '../values/json-scalar.ts'
import { isArray } from './compare.ts'
import { guardQuery } from './guard-query.ts'
import { pointerTo } from '../values/json-pointer.ts'
import { invalidQuery } from './invalid-query.ts'
import { QUERY_LIMITS } from './limits.ts'
import { isObject, readLiteral } from './literal.ts'
import {
  type Compilation,
  compileOperators,
  equals,
  type FieldBound,
  type FieldTest,
  isOperators,
} from './operators.ts'
import { type Container, parsePath } from './path.ts'

/**
 * What every matching row fulfils, for an index: at least one of the values that the path leads to (`indexValues`) is one
 * of `values`, or lies in the range. In an array different elements may fulfil two bounds of one path.
 */
export type QueryBound = FieldBound & { readonly path: string }

export interface CompiledQuery {
  readonly matches: (row: Row) => boolean
  readonly bounds: readonly QueryBound[]
  /** Whether the bounds say all that the query says: a row that fulfils each of them matches. */
  readonly isBoundsOnly: boolean
}

export interface CompileQueryOptions {
  /** Whether an object came from a payload, an event or a row: then it is compared as a value, never read as operators. */
  readonly isData?: ((value: object) => boolean) | undefined
}

/**
 * Compiles a query of `docs/reference/queries.md`. Every store decides with `matches`, so that none can drift; `bounds`
 * are there to look at fewer rows.
 *
 * @throws MicroError `MICRO_INVALID` for what is not in the documented subset or beyond `QUERY_LIMITS`
 */
export function compileQuery(query: Query, options: CompileQueryOptions = {}): CompiledQuery {
  const guarded = options.isData === undefined ? query : guardQuery(query, options.isData)
  const simple = compileSimple(guarded)
  if (simple !== undefined) return simple
  let conditions = 0
  const compilation: Compilation = {
    count(pointer) {
      if (++conditions > QUERY_LIMITS.conditions)
        invalidQuery(pointer, `must be one of at most ${QUERY_LIMITS.conditions} conditions`)
    },
    compileElement: (inner, pointer, depth) => both(compileClause(inner, pointer, depth, compilation).tests),
  }
  const { tests, bounds, isBoundsOnly } = compileClause(guarded, '', 0, compilation)
  return { matches: both(tests), bounds, isBoundsOnly }
}

type Test = (root: Container) => boolean

interface Clause {
  readonly tests: readonly Test[]
  readonly bounds: readonly QueryBound[]
  readonly isBoundsOnly: boolean
}

/** An object of fields, `$and` and `$or`, all of which must hold. */
function compileClause(query: unknown, pointer: string, depth: number, compilation: Compilation): Clause {
  if (!isObject(query)) return invalidQuery(pointer, 'must be a plain object')
  if (depth >= QUERY_LIMITS.depth) invalidQuery(pointer, `must not lie deeper than ${QUERY_LIMITS.depth} levels`)
  const tests: Test[] = []
  const bounds: QueryBound[] = []
  let isBoundsOnly = true
  for (const [key, value] of Object.entries(query)) {
    const place = pointerTo(pointer, key)
    compilation.count(place)
    if (key === '$and') {
      for (const clause of compileClauses(value, place, depth, compilation)) {
        tests.push(...clause.tests)
        bounds.push(...clause.bounds)
        isBoundsOnly &&= clause.isBoundsOnly
      }
    } else if (key === '$or') {
      const branches = compileClauses(value, place, depth, compilation).map((clause) => both(clause.tests))
      tests.push((root) => branches.some((branch) => branch(root)))
      isBoundsOnly = false
    } else {
      const path = parsePath(key, place)
      for (const test of compileField(value, place, depth, compilation)) {
        tests.push((root) => test.matchesAt(root, path))
        if (test.bound === undefined) isBoundsOnly = false
        else bounds.push({ path: key, ...test.bound })
      }
    }
  }
  return { tests, bounds, isBoundsOnly }
}

function compileClauses(list: unknown, pointer: string, depth: number, compilation: Compilation): readonly Clause[] {
  if (!Array.isArray(list) || list.length === 0) return invalidQuery(pointer, 'must be a list of queries')
  return list.map((query, index) => compileClause(query, pointerTo(pointer, index), depth + 1, compilation))
}

function compileField(value: unknown, pointer: string, depth: number, compilation: Compilation): readonly FieldTest[] {
  if (isOperators(value)) return compileOperators(value, pointer, depth + 1, compilation)
  return [equals(readLiteral(value, pointer, depth + 1))]
}

const PLAIN_NAME = /^\w+$/

/** Most queries compare one property with one value, and are compiled for a single use. */
function compileSimple(query: Query): CompiledQuery | undefined {
  let path: string | undefined
  for (const key in query) {
    if (path !== undefined) return undefined
    path = key
  }
  if (path === undefined || !PLAIN_NAME.test(path) || path === '__proto__' || !isObject(query)) return undefined
  const wanted = query[path]
  if (typeof wanted !== 'string' || !isWellFormed(wanted)) return undefined
  const property = path
  return {
    matches: (row) => {
      // What a row inherits is never a string, so nobody need ask whose property it is.
      const value = row[property]
      return value === wanted || (isArray(value) && value.includes(wanted))
    },
    bounds: [{ kind: 'in', path: property, values: [wanted] }],
    isBoundsOnly: true,
  }
}

function both(tests: readonly Test[]): Test {
  const [only] = tests
  if (only === undefined) return () => true
  return tests.length === 1 ? only : (root) => tests.every((test) => test(root))
}
