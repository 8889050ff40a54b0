/** A value that JSON can hold without loss: no `undefined`, `NaN`, `bigint`, `Date`, class instance or lone surrogate. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject

export interface JsonObject {
  readonly [key: string]: JsonValue
}
