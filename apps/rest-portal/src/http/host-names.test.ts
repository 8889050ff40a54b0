import { expect, it } from 'vitest'
import { hostNames } from './host-names.ts'

it.each(['localhost', 'localhost:3000', '127.0.0.1:3000', '127.1.2.3', '[::1]:3000', 'LOCALHOST', 'bank.localhost:80'])(
  'answers to %s on this machine',
  (header) => {
    expect(hostNames('127.0.0.1', [])(header)).toBe(true)
  },
)

it.each([
  'evil.example',
  'evil.example:3000',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  '10.0.0.1',
  '',
  'evillocalhost',
])('does not answer to %j on this machine', (header) => {
  expect(hostNames('127.0.0.1', [])(header)).toBe(false)
  expect(hostNames('localhost', ['bank.example'])(header)).toBe(false)
})

it('answers to the names that are listed, and to every name where others reach it', () => {
  expect(hostNames('127.0.0.1', ['bank.example'])('Bank.Example:443')).toBe(true)
  expect(hostNames('0.0.0.0', ['bank.example'])('evil.example')).toBe(false)
  expect(hostNames('0.0.0.0', [])('whatever.example')).toBe(true)
})

it('takes no name for the sake of another one that it took', () => {
  const answersTo = hostNames('127.0.0.1', [])
  const headers = ['localhost', 'evil.example', 'evil.example', 'localhost', '127.0.0.1:80', 'evil.example']
  expect(headers.map(answersTo)).toEqual([true, false, false, true, true, false])
})
