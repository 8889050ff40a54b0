import { invalidError } from '../values/invalid-error.ts'

/** Refuses a query: where in it (a JSON pointer) and what is wrong. */
export function invalidQuery(pointer: string, message: string): never {
  throw invalidError('the query', [{ path: pointer, message }])
}
