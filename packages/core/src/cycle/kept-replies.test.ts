import { expect, it } from 'vitest'
import { KeptReplies } from './kept-replies.ts'

const reply = (response: string) => ({ response, payloadDigest: 'digest', position: 1 })

it('kept replies are bounded in bytes, and the newest are there', () => {
  const replies = new KeptReplies(20_000)
  for (let at = 0; at < 1_000; at++) replies.keep(`command-${at}`, reply('x'.repeat(100)))
  const held = Array.from({ length: 1_000 }, (_, at) => replies.get(`command-${at}`)).filter(
    (kept) => kept !== undefined,
  )
  expect(replies.get('command-999')).toEqual(reply('x'.repeat(100)))
  expect(held.length).toBeGreaterThan(10)
  expect(held.length).toBeLessThan(60)
})

it('a reply larger than half of the memory is not kept', () => {
  const replies = new KeptReplies(1_000)
  replies.keep('small', reply('x'))
  replies.keep('large', reply('x'.repeat(1_000)))
  expect(replies.get('large')).toBeUndefined()
  expect(replies.get('small')).toEqual(reply('x'))
})
