import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QUERY_LIMITS } from './limits.ts'
import { compileRegex } from './regex.ts'

const atoms = [
  'a',
  'b',
  '1',
  ' ',
  '.',
  '[ab]',
  '[^a]',
  '\\d',
  '\\w',
  '\\S',
  '\\.',
  'é',
  '😀',
  '\\u{1f600}',
  '\\ud83d\\ude00',
  '\\x61',
  '\\p{Lu}',
  'K',
  '[\\]x-z]',
  '[\\d-]',
  '\\b',
  '\\B',
]
const quantifiers = ['', '', '*', '+', '?', '*?', '+?', '{2}', '{1,}', '{0,2}', '{1,3}?']
const quantifiable = (atom: string): boolean => !/^\\[bB]$/.test(atom)

const pattern = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .tuple(fc.constantFrom(...atoms), fc.constantFrom(...quantifiers))
      .map(([atom, quantifier]) => (quantifiable(atom) ? atom + quantifier : atom)),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => a + b),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(?:${a}|${b})`),
    fc.tuple(tie('node'), fc.constantFrom(...quantifiers)).map(([a, quantifier]) => `(${a})${quantifier}`),
    tie('node').map((a) => `^${a}`),
    tie('node').map((a) => `${a}$`),
    fc.constant('(?:)'),
    fc.constant('a|'),
  ),
})).node

const text = fc.array(
  fc.constantFrom('a', 'b', 'A', 'B', '1', ' ', '.', 'é', 'É', '😀', '\n', 'k', '\u212a', ']', 'y', '-'),
  { maxLength: 8 },
)

describe('compileRegex', () => {
  it('finds what RegExp finds', () => {
    fc.assert(
      fc.property(pattern, text, fc.constantFrom('', 'i'), (source, characters, options) => {
        fc.pre(source.length <= QUERY_LIMITS.regexLength)
        const subject = characters.join('')
        // V8 finds \B between the two halves of a surrogate pair, where no character ends.
        fc.pre(!(source.includes('\\B') && subject.includes('😀')))
        expect(compileRegex(source, options, '')(subject)).toBe(new RegExp(source, `u${options}`).test(subject))
      }),
      { numRuns: 5000 },
    )
  })

  it.each(['^(a+)+$', '(a|a)*b', '(a|aa)+$', '(.*)*x', 'a*a*a*a*a*a*a*a*b', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
    'answers %s on a hostile text without trying everything',
    (source) => {
      const started = performance.now()
      expect(compileRegex(source, '', '')('a'.repeat(QUERY_LIMITS.regexInputLength - 1) + '!')).toBe(false)
      // RegExp takes years for most of these; a second is far from both.
      expect(performance.now() - started).toBeLessThan(1000)
    },
  )

  it('looks between characters, never inside one', () => {
    expect(compileRegex('\\B', '', '')('a😀a')).toBe(false)
    expect(compileRegex('\\B', '', '')('a😀')).toBe(true)
  })

  it('never matches a text beyond the limit', () => {
    expect(compileRegex('a', '', '')('a'.repeat(QUERY_LIMITS.regexInputLength))).toBe(true)
    expect(compileRegex('a', '', '')('a'.repeat(QUERY_LIMITS.regexInputLength + 1))).toBe(false)
  })

  it.each<[unknown, unknown]>([
    ['(', ''],
    ['a{2,1}', ''],
    ['\\1(a)', ''],
    ['(a)\\1', ''],
    ['(?<n>a)\\k<n>', ''],
    ['(?=a)', ''],
    ['(?!a)', ''],
    ['(?<=a)', ''],
    ['(?<name>a)', ''],
    ['a{3000}', ''],
    ['(?:(?:a{50}){50}){50}', ''],
    ['(?:){1000000000}', ''],
    ['(?:(?:(?:){2000}){2000}){2000}', ''],
    ['a'.repeat(257), ''],
    ['a', 'g'],
    ['a', 'ii'],
    ['a', null],
    [/a/, ''],
    [1, ''],
    [undefined, ''],
  ])('refuses %s with options %s', (source, options) => {
    expect(() => compileRegex(source, options, '/name')).toThrow(
      expect.objectContaining({
        code: 'MICRO_INVALID',
        details: { problems: [expect.objectContaining({ path: '/name' })] },
      }),
    )
  })
})
