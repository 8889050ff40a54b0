import { expect, it } from 'vitest'
import { isInbox } from './is-inbox.ts'

it.each(['_INBOX.x.1', '_INBOX_bank.x', 'own.inbox.1', 'microscope.1', '_R_.abc', 'micro-inbox.1'])(
  '%s may be an inbox',
  (replyTo) => expect(isInbox(replyTo, 'micro.bank.deposit-money')).toBe(true),
)

it.each(['micro', 'micro.bank.money-moved', 'micro.ledger.write-entry', '$SRV.PING', '$JS.ACK.x', '$SYS.REQ'])(
  '%s is no inbox',
  (replyTo) => expect(isInbox(replyTo, 'micro.bank.deposit-money')).toBe(false),
)

it('a subject of one word is no inbox of its own', () => {
  expect([isInbox('a', 'a'), isInbox('ab.c', 'a')]).toEqual([false, true])
})
