/** What is there at once, or comes later. */
export type MaybePromise<T> = T | PromiseLike<T>

/** Whether a value has to be awaited; what is there already goes on in the same turn, which costs nothing. */
export function isPromise<T>(value: MaybePromise<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
