/** A row of the models that are looked up. */
export type Person = {
  readonly id: string
  readonly owner: string
  readonly balance: number
}

/** Every row has an owner of its own, so that a lookup by index finds one row, as a lookup by key does. */
export function personAt(at: number): Person {
  return { id: idAt(at), owner: ownerAt(at), balance: at }
}

export const idAt = (at: number): string => `person-${at}`
export const ownerAt = (at: number): string => `owner-${at}`
