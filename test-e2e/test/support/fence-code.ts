import type { Fence } from './documents.ts'

/** A file that a fence is written to. */
export interface FenceFile {
  readonly fence: Fence
  /** Relative to the folder of all documents. */
  readonly path: string
  readonly code: string
  readonly isRun: boolean
}

/** `// rules/deposit-money.rule.ts   whether it may happen`: what follows is that file. */
const FILE_NAME = /^\/\/ ((?:[\w-]+\/)+[\w.-]+\.ts|[\w-]+\.ts)(?:\s.*)?$/

/**
 * The files of a document's TypeScript fences.
 *
 * - A fence is a module of its own, checked and run.
 * - `ts continued` goes on from the fence before it.
 * - `ts no-run` is checked only; so is one that needs a test runner, and one with a `<!-- given … -->` above it.
 * - Parts that begin with a file name are those files, which the others of the document can import.
 */
export function filesOf(fences: readonly Fence[]): readonly FenceFile[] {
  let before = ''
  return fences.flatMap((fence) => {
    const folder = fence.document.replace(/\.md$/, '').replaceAll('/', '-')
    const code = fence.words.includes('continued') ? before + fence.code : fence.code
    before = code
    const parts = partsOf(code)
    return parts.map(({ name, text }, index) => ({
      fence,
      path: `${folder}/${name ?? `line-${fence.line}${index > 0 ? `-${index}` : ''}.ts`}`,
      code: `${fence.given ?? ''}${text}\nexport {}\n`,
      isRun: fence.given === undefined && !fence.words.includes('no-run') && !/from 'vitest'/.test(text),
    }))
  })
}

function partsOf(code: string): { readonly name: string | undefined; readonly text: string }[] {
  const parts: { name: string | undefined; text: string }[] = [{ name: undefined, text: '' }]
  for (const line of code.split('\n')) {
    const [, name] = FILE_NAME.exec(line) ?? []
    if (name !== undefined) parts.push({ name, text: '' })
    const part = parts.at(-1)
    if (part !== undefined) part.text += `${line}\n`
  }
  return parts.filter(({ name, text }) => name !== undefined || text.trim() !== '')
}

const VALUE =
  /^(?:=>|→)?\s*(-?[\d_]+(?:\.\d+)?|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|true|false|null|undefined|\[.*\]|\{.*\})$/
const CODE = /^(?:=>|→)?\s*(?:rejects |throws |refused: )?(MICRO_[A-Z_]+)\b/
const NO_EXPRESSION =
  /^(const|let|var|import|export|return|if|for|while|function|class|type|interface|throw|\}|\)|\/\/)/

/**
 * Emitted JavaScript, with `expression // value` made an assertion; `expression // MICRO_CODE` must be rejected so.
 *
 * @returns undefined for `count` 0
 */
export function withAssertions(code: string, assertionsUrl: string): { readonly code: string; readonly count: number } {
  const lines = code.split('\n')
  let count = 0
  lines.forEach((line, index) => {
    const [, before = '', comment = ''] = /^(.*\S)\s+\/\/ (.+)$/.exec(line) ?? []
    const [, value] = VALUE.exec(comment.trim()) ?? []
    const [, errorCode] = CODE.exec(comment.trim()) ?? []
    if (value === undefined && errorCode === undefined) return
    const start = statementStart(lines, index, before)
    const statement = [...lines.slice(start, index), before].join('\n').replace(/;$/, '')
    if (NO_EXPRESSION.test(statement.trim())) return
    const [, logged] = /^\s*console\.log\(([^]*)\)$/.exec(statement) ?? []
    const expression = logged ?? statement
    const asserted =
      value === undefined
        ? `await refuses(async () => ${expression}, '${errorCode}')`
        : `shows(${expression}, ${value})`
    // On one line less or more nothing else changes; line numbers of errors stay near enough.
    for (let at = start; at < index; at++) lines[at] = ''
    lines[index] = `;${asserted};`
    count++
  })
  return { code: `import { shows, refuses } from ${JSON.stringify(assertionsUrl)};${lines.join('\n')}`, count }
}

/** The first line of the statement that ends here: where the brackets balance. */
function statementStart(lines: readonly string[], end: number, last: string): number {
  let depth = depthOf(last)
  let start = end
  while (depth < 0 && start > 0) depth += depthOf(lines[--start] ?? '')
  // `const …` may stand lines before a chained `.add(…)`.
  while (/^\s*\./.test(start === end ? last : (lines[start] ?? '')) && start > 0) start--
  return start
}

function depthOf(line: string): number {
  const bare = line.replaceAll(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|\/\/.*$/g, '')
  return (bare.match(/[([{]/g) ?? []).length - (bare.match(/[)\]}]/g) ?? []).length
}
