import type { ProjectionCommit } from '../ports/projection-store.ts'

/**
 * What every projection store checks before any I/O.
 *
 * @throws TypeError for a commit that would move its checkpoint back: rows never go backwards
 */
export function checkCommit({ previous, next }: ProjectionCommit): void {
  const position = previous?.position ?? 0
  if (next.position < position)
    throw new TypeError(`commit: next is position ${next.position}, which is before previous, ${position}`)
}
