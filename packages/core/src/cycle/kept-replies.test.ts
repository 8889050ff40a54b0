import { expect, it } from 'vitest'
import { KeptReplies } from './kept-replies.ts'

const reply = (response: string) => ({ response, payloadDigest: 'digest', position: 1 })

it('kept replies are bounded in bytes, and the newest are there', () => {
  const replies = new KeptReplies(20_000)
  for (let at = 0; at < 1_000; at++) replies.keep(at + 1, reply('x'.repeat(100)))
  const held = Array.from({ length: 1_000 }, (_, at) => replies.get(at + 1)).filter((kept) => kept !== undefined)
  expect(replies.get(1_000)).toEqual(reply('x'.repeat(100)))
  expect(held.length).toBeGreaterThan(10)
  expect(held.length).toBeLessThan(60)
})

it('a reply larger than half of the memory is not kept', () => {
  const replies = new KeptReplies(1_000)
  replies.keep(1, reply('x'))
  replies.keep(2, reply('x'.repeat(1_000)))
  expect(replies.get(2)).toBeUndefined()
  expect(replies.get(1)).toEqual(reply('x'))
})
