import { compareStrings } from '@micro/core'
import { expect, it } from 'vitest'
import { fromStoredText, toStoredText } from './stored-text.ts'

const TEXTS = [
  '',
  'a',
  'a\0',
  'a\0b',
  'a\u0001',
  'a\u0001\u0001',
  'a\u0001\u0002',
  'a\0\u0001',
  'a\u0001\0',
  'a\u0002',
  '\0\0',
  '\u0001\u0002\0',
  '😀\0',
]

it('holds any text without a NUL, gives it back, and keeps the order', () => {
  for (const text of TEXTS) {
    expect(toStoredText(text)).not.toContain('\0')
    expect(fromStoredText(toStoredText(text))).toBe(text)
  }
  const sorted = [...TEXTS].sort(compareStrings)
  expect([...TEXTS].sort((a, b) => Buffer.compare(Buffer.from(toStoredText(a)), Buffer.from(toStoredText(b))))).toEqual(
    sorted,
  )
})
