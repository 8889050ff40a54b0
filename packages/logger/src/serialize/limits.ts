/** What one line may hold at most; the rest is named in it and left out. */
export const LIMITS = Object.freeze({
  /** Levels of objects in objects. */
  depth: 8,
  /** Keys of one object, entries of one array, map or set. */
  entries: 100,
  /** Values of one line altogether. */
  values: 2000,
  /** Characters of one text. */
  text: 8192,
  /** Characters of all texts and keys of one line. */
  lineText: 65_536,
  /** Characters of a key. */
  key: 128,
})
