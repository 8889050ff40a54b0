/** What a line asks for, or why nobody can tell. */
export type ParsedLine =
  | { readonly number: number; readonly command: string; readonly payload: Payload }
  | { readonly number: number; readonly problem: string }

export type Payload = Readonly<Record<string, unknown>>
