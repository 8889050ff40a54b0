const WORDS = /^[a-z0-9]+(?:[ ][a-z0-9]+)*$/

/** Names of actions, events, models and modules are plain words in lower case, so that they read the same everywhere. */
export function isWords(name: unknown): name is string {
  return typeof name === 'string' && name.length <= 100 && WORDS.test(name)
}

/** `deposit money` → `deposit-money`, as in file names, routes and subjects. */
export function slug(words: string): string {
  return words.replaceAll(' ', '-')
}

/** `deposit-money` → `deposit money`. */
export function unslug(text: string): string {
  return text.replaceAll('-', ' ')
}
