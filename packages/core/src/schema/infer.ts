/**
 * The type of the values that a schema accepts, which is its *input* type, deeply read-only because sealed data is
 * frozen. Understands JSON Schema literals (in a `const` type parameter or `as const`), TypeBox 1.x (the same thing) and
 * 0.34 (`static`), and Standard JSON Schema. What it does not understand (`$ref`, conditions) is `unknown`, never wrong.
 */
export type Infer<S> = S extends { readonly '~standard': { readonly types?: infer Types } }
  ? Immutable<NonNullable<Types> extends { readonly input: infer Input } ? Input : unknown>
  : S extends { readonly '~unsafe': infer T } | { readonly static: infer T }
    ? Immutable<T>
    : InferJsonSchema<S>

type InferJsonSchema<S> = S extends { readonly const: infer Const }
  ? Immutable<Const>
  : S extends { readonly enum: readonly (infer Value)[] }
    ? Immutable<Value>
    : S extends { readonly properties: object }
      ? InferObject<S>
      : S extends { readonly anyOf: readonly (infer Branch)[] } | { readonly oneOf: readonly (infer Branch)[] }
        ? Infer<Branch>
        : S extends { readonly allOf: readonly [...infer Parts] }
          ? InferAll<Parts>
          : S extends { readonly type: infer Name }
            ? InferType<Name extends readonly (infer Each)[] ? Each : Name, S>
            : S extends false | { readonly not: Record<never, never>; readonly '~kind': 'Never' }
              ? never
              : unknown

type InferType<Name, S> = Name extends 'string'
  ? string
  : Name extends 'number' | 'integer'
    ? number
    : Name extends 'boolean'
      ? boolean
      : Name extends 'null'
        ? null
        : Name extends 'array'
          ? InferArray<S>
          : Name extends 'object'
            ? InferObject<S>
            : unknown

type InferAll<Parts extends readonly unknown[]> = Parts extends readonly [infer First, ...infer Rest]
  ? Infer<First> & InferAll<Rest>
  : unknown

type InferArray<S> = S extends { readonly prefixItems: infer First extends readonly unknown[] }
  ? InferTuple<First, S>
  : S extends { readonly items: infer First extends readonly unknown[] } // TypeBox writes tuples as draft 7 did
    ? InferTuple<First, S>
    : S extends { readonly items: infer Item }
      ? readonly Infer<Item>[]
      : readonly unknown[]

/** Items below `minItems` are there, others may be missing; more may follow unless `items` says what or forbids it. */
type InferTuple<First extends readonly unknown[], S> = readonly [
  ...(S extends { readonly minItems: First['length'] }
    ? { readonly [I in keyof First]: Infer<First[I]> }
    : Partial<{ readonly [I in keyof First]: Infer<First[I]> }>),
  ...(S extends { readonly items: false } | { readonly additionalItems: false } | { readonly maxItems: First['length'] }
    ? []
    : S extends { readonly prefixItems: unknown; readonly items: infer Rest }
      ? Infer<Rest>[]
      : unknown[]),
]

type InferObject<S> = S extends { readonly properties: infer Properties }
  ? Flat<
      { readonly [K in keyof Properties as K extends RequiredOf<S> ? K : never]: Infer<Properties[K]> } & {
        readonly [K in keyof Properties as K extends RequiredOf<S> ? never : K]?: Infer<Properties[K]>
      }
    > &
      (S extends { readonly additionalProperties: true | object } ? { readonly [key: string]: unknown } : unknown)
  : S extends { readonly additionalProperties: infer Member extends object }
    ? { readonly [key: string]: Infer<Member> }
    : S extends { readonly patternProperties: infer Patterns }
      ? { readonly [key: string]: Infer<Patterns[keyof Patterns]> }
      : { readonly [key: string]: unknown }

type RequiredOf<S> = S extends { readonly required: readonly (infer Key)[] } ? Key : never

type Flat<T> = { [K in keyof T]: T[K] }

type Immutable<T> = unknown extends T
  ? T
  : T extends string | number | boolean | null | undefined
    ? T
    : { readonly [K in keyof T]: Immutable<T[K]> }
