/** Something that must never happen. */
export interface Violation {
  readonly check: string
  readonly what: string
}
