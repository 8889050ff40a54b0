import { expect, it } from 'vitest'
import { replyTokens } from './reply-tokens.ts'

it('tokens are one word of a subject, of 96 random bits, and none comes twice', () => {
  const [newToken, other] = [replyTokens(), replyTokens()]
  const tokens = Array.from({ length: 5_000 }, (_, index) => (index % 2 === 0 ? newToken : other)())
  expect(new Set(tokens).size).toBe(5_000)
  for (const token of tokens) expect(token).toMatch(/^[\w-]{16}$/)
  // Each of 96 bits is set in about half of them: 6 standard deviations.
  const counts = Array.from({ length: 96 }, () => 0)
  for (const token of tokens)
    Buffer.from(token, 'base64url').forEach((byte, at) => {
      for (let bit = 0; bit < 8; bit++) counts[at * 8 + bit] = (counts[at * 8 + bit] ?? 0) + ((byte >> bit) & 1)
    })
  expect(Math.max(...counts.map((count) => Math.abs(count - 2_500)))).toBeLessThan(212)
})
