import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { isSecret, secret } from './secret.ts'

describe('secret', () => {
  const password = secret('hunter2')

  it('shows itself to nobody who does not ask for it', () => {
    const shown = [
      JSON.stringify({ password }),
      ['', password].join(''),
      String(password),
      inspect({ password }, { showHidden: true }),
    ]
    for (const text of shown) expect(text).toContain('[redacted]')
    const everything = [...shown, ...Object.values(password), ...Object.keys(password), inspect(password)]
    expect(everything.join()).not.toContain('hunter2')
  })

  it('gives its value to who asks', () => {
    expect(password.reveal()).toBe('hunter2')
  })

  it('cannot be changed', () => {
    expect(Object.isFrozen(password)).toBe(true)
  })

  it('is told from everything else', () => {
    expect([password, {}, null, 'hunter2', undefined].map(isSecret)).toEqual([true, false, false, false, false])
  })
})
