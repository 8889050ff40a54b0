import { expect, it } from 'vitest'
import type { Checkpoint } from '../ports/projection-store.ts'
import { checkCommit } from './check-commit.ts'

const at = (position: number): Checkpoint => ({ position, eventId: `event-${position}` })
const check = (previous: Checkpoint | undefined, next: Checkpoint) => (): void =>
  checkCommit({ previous, next, changes: [] })

it('takes commits that stay or go forwards', () => {
  expect(check(undefined, at(1))).not.toThrow()
  expect(check(at(1), at(9))).not.toThrow()
  expect(check(at(1), at(1))).not.toThrow()
})

it('refuses a commit that goes backwards', () => {
  expect(check(at(2), at(1))).toThrow(TypeError)
})
