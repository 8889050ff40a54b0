export interface Limits {
  /** Levels of objects in objects. */
  readonly depth: number
  /** Keys of one object, entries of one array, map or set. */
  readonly entries: number
  /** Values of one line altogether. */
  readonly values: number
  /** Characters of one text. */
  readonly text: number
  /** Characters of all texts and keys of one line. */
  readonly lineText: number
  /** Characters of a key. */
  readonly key: number
}

/** What one line may hold at most; the rest is named in it and left out. */
export const LIMITS: Limits = Object.freeze({
  depth: 8,
  entries: 100,
  values: 2000,
  text: 8192,
  lineText: 65_536,
  key: 128,
})
