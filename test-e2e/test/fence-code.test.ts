// The reader of documents is tested too: a wrong value beside an expression must be found.
import { describe, expect, it } from 'vitest'
import { fencesIn } from './support/documents.ts'
import { filesOf, withAssertions } from './support/fence-code.ts'

const text = [
  'Text.',
  '',
  '```ts',
  'const micro = make()',
  '```',
  '<!-- given',
  'declare const models: unknown',
  '-->',
  '```ts continued',
  '// rules/a.rule.ts   what it is',
  'a()',
  '// views/b.view.ts',
  'b()',
  '```',
  '- item',
  '  ```sh',
  '  npm start',
  '  ```',
  '',
].join('\n')

const assertionsIn = (code: string): readonly string[] => {
  const { code: made, count } = withAssertions(code, 'file:///assertions.mjs')
  const found = made.split('\n').flatMap((line) => /;?(?:await )?(?:shows|refuses)\(.*$/.exec(line)?.[0] ?? [])
  expect(found).toHaveLength(count)
  return found
}

describe('fences', () => {
  it('are found with their language, words, place and what is given', () => {
    const fences = fencesIn({ path: 'README.md', text })
    expect(fences.map(({ language, words, line, given }) => ({ language, words, line, given }))).toEqual([
      { language: 'ts', words: [], line: 4, given: undefined },
      { language: 'ts', words: ['continued'], line: 10, given: 'declare const models: unknown\n' },
      { language: 'sh', words: [], line: 17, given: undefined },
    ])
    expect(fences.map(({ code }) => code)).toEqual([
      'const micro = make()\n',
      '// rules/a.rule.ts   what it is\na()\n// views/b.view.ts\nb()\n',
      'npm start\n',
    ])
  })

  it('become files: one each, or those that they name', () => {
    const files = filesOf(fencesIn({ path: 'docs/x.md', text }).slice(0, 2))
    expect(files.map(({ path, isRun }) => [path, isRun])).toEqual([
      ['docs-x/line-4.ts', true],
      ['docs-x/line-10.ts', false],
      ['docs-x/rules/a.rule.ts', false],
      ['docs-x/views/b.view.ts', false],
    ])
  })
})

describe('what stands beside an expression', () => {
  it.each([
    [
      "await micro.act('multiply', { first: 5, second: 3 }); // 15",
      "shows(await micro.act('multiply', { first: 5, second: 3 }), 15)",
    ],
    ['console.log(a, // not this\n  b) // 3', 'shows('],
    ['console.log(sum) // => { a: 1, b: [2] }', 'shows(sum, { a: 1, b: [2] })'],
    ["name // 'Ada'", "shows(name, 'Ada')"],
    [
      "await act('withdraw') // MICRO_RULE_BROKEN: There is too little.",
      "await refuses(async () => await act('withdraw'), 'MICRO_RULE_BROKEN')",
    ],
  ])('is asserted: %s', (code, assertion) => {
    expect(assertionsIn(code)).toEqual([expect.stringContaining(assertion)])
  })

  it.each(['const a = 5 // 5', 'a() // 3 times', 'return 5 // 5', 'a() // the answer', "import 'x' // 15"])(
    'is prose: %s',
    (code) => {
      expect(assertionsIn(code)).toEqual([])
    },
  )

  it('is asserted over several lines', () => {
    const { code, count } = withAssertions('a()\nawait act(\n  5,\n) // 7', 'file:///assertions.mjs')
    expect(count).toBe(1)
    expect(code).toMatch(/a\(\)\n\n\n;shows\(await act\(\n {2}5,\n\), 7\);$/)
  })
})
