import { describe, expect, it } from 'vitest'
import { Heads } from './heads.ts'

describe('heads', () => {
  it('say "no stream" only while everything was seen and nothing evicted', () => {
    const complete = new Heads({ limit: 2, fromBeginning: true })
    expect(complete.get('a')).toEqual({ revision: 'no-stream', position: 0 })
    for (const [at, stream] of ['a', 'b', 'c', 'd', 'e'].entries()) complete.advance(stream, 0, at + 1)
    expect(complete.get('never seen')).toBeUndefined()
    expect(new Heads({ limit: 2, fromBeginning: false }).get('a')).toBeUndefined()
  })

  it('move on, never back', () => {
    const heads = new Heads({ limit: 10, fromBeginning: true })
    heads.advance('a', 5, 50)
    heads.advance('a', 4, 40)
    heads.fill('a', { revision: 3, position: 30 })
    expect(heads.get('a')).toEqual({ revision: 5, position: 50 })
    heads.fill('a', { revision: 6, position: 60 })
    expect(heads.get('a')).toEqual({ revision: 6, position: 60 })
  })

  it('know nothing of what was forgotten until it is read or seen again', () => {
    const heads = new Heads({ limit: 10, fromBeginning: true })
    heads.advance('a', 5, 50)
    heads.forget('a')
    heads.forget('never seen')
    expect(heads.get('a')).toBeUndefined()
    expect(heads.get('never seen')).toBeUndefined()
    heads.fill('a', { revision: 5, position: 50 })
    heads.advance('never seen', 0, 51)
    expect(heads.get('a')).toEqual({ revision: 5, position: 50 })
    expect(heads.get('never seen')).toEqual({ revision: 0, position: 51 })
  })

  it('hold the streams that were used last', () => {
    const heads = new Heads({ limit: 2, fromBeginning: false })
    heads.advance('kept', 0, 1)
    for (let at = 2; at < 50; at++) {
      heads.advance(`other-${at}`, 0, at)
      expect(heads.get('kept')).toEqual({ revision: 0, position: 1 })
    }
    expect(heads.get('other-2')).toBeUndefined()
  })
})
