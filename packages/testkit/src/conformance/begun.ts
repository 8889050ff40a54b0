/**
 * Work that a check begins now and awaits later. Should it fail before that, it fails where it is awaited, and not as an
 * unhandled rejection that takes the whole run with it.
 */
export function begun<Result>(work: Promise<Result>): Promise<Result> {
  work.catch((error: unknown) => error)
  return work
}
