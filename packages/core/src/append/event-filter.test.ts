import { expect, it } from 'vitest'
import type { EventFilter } from '../ports/event-store.ts'
import { compileFilter, matchesFilter } from './event-filter.ts'

const event = { type: 'money deposited', stream: 'bank/account-1' }

it.each<readonly [EventFilter, boolean]>([
  [{}, true],
  [{ types: undefined }, true],
  [{ types: ['money deposited'] }, true],
  [{ types: ['money'] }, false],
  [{ types: [] }, false],
  [{ streamPrefixes: ['report/', 'bank/'] }, true],
  [{ streamPrefixes: ['BANK/'] }, false],
  [{ streamPrefixes: [''] }, true],
  [{ streamPrefixes: [] }, false],
  [{ types: ['money deposited'], streamPrefixes: ['report/'] }, false],
  [{ types: ['money deposited'], streamPrefixes: ['bank/'] }, true],
])('%o: %s', (filter, passes) => {
  expect(matchesFilter(event, filter)).toBe(passes)
  expect(compileFilter(filter)?.(event) ?? true).toBe(passes)
})

it('a filter that lets everything pass costs nothing', () => {
  expect(compileFilter(undefined)).toBeUndefined()
  expect(compileFilter({})).toBeUndefined()
})
