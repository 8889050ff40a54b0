import { QUERY_LIMITS } from './limits.ts'

/** A step of a compiled pattern; `next` and `other` are places in the program. */
export type Step =
  | { readonly kind: 'one'; readonly test: (codePoint: number) => boolean }
  | { readonly kind: 'assert'; readonly holds: (text: string, at: number) => boolean }
  | { readonly kind: 'split'; next: number; other: number }
  | { readonly kind: 'jump'; next: number }
  | { readonly kind: 'match' }

type Node =
  | Extract<Step, { kind: 'one' | 'assert' }>
  | { readonly kind: 'sequence'; readonly nodes: readonly Node[] }
  | { readonly kind: 'choice'; readonly nodes: readonly Node[] }
  | { readonly kind: 'repeat'; readonly node: Node; readonly min: number; readonly max: number }

// One atom of a pattern that `new RegExp(pattern, 'u')` has accepted: an escape, a class, or one character.
const ATOM =
  /\\u\{[^}]*\}|\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u[\da-fA-F]{4}|\\x[\da-fA-F]{2}|\\c[a-zA-Z]|\\[pP]\{[^}]*\}|\\[^]|\[(?:\\[^]|[^\]\\])*\]|[^]/uy
const QUANTIFIER = /([*+?]|\{(\d+)(,(\d*))?\})\??/y

/**
 * Reads a pattern that is valid JavaScript with the flag `u`. Atoms and assertions are left to `RegExp` itself, one
 * character at a time; only how they are put together is done here.
 *
 * @throws SyntaxError for back references, look-around, named groups, and patterns that become too large
 */
export function compileProgram(pattern: string, flags: string): readonly Step[] {
  let at = 0
  let emitted = 0
  const node = readChoice()
  const program: Step[] = []
  emit(node)
  push({ kind: 'match' })
  return program

  function readChoice(): Node {
    const nodes = [readSequence()]
    while (pattern[at] === '|') {
      at++
      nodes.push(readSequence())
    }
    return nodes.length === 1 ? (nodes[0] as Node) : { kind: 'choice', nodes }
  }

  function readSequence(): Node {
    const nodes: Node[] = []
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') nodes.push(readQuantified(readTerm()))
    return { kind: 'sequence', nodes }
  }

  function readTerm(): Node {
    if (pattern[at] === '(') return readGroup()
    ATOM.lastIndex = at
    const source = ATOM.exec(pattern)?.[0] ?? ''
    at += source.length
    if (/^\\(?:[1-9]|k)/.test(source)) throw new SyntaxError('back references are not supported')
    if (/^(?:\^|\$|\\b|\\B)$/.test(source)) return { kind: 'assert', holds: assertion(source, flags) }
    return { kind: 'one', test: characterTest(source, flags) }
  }

  function readGroup(): Node {
    at++
    if (pattern.startsWith('?:', at)) at += 2
    else if (pattern[at] === '?') throw new SyntaxError('only plain groups are supported')
    const group = readChoice()
    at++
    return group
  }

  function readQuantified(node: Node): Node {
    QUANTIFIER.lastIndex = at
    const found = QUANTIFIER.exec(pattern)
    if (found === null) return node
    at += found[0].length
    const [, sign, least, upTo, most] = found
    if (sign === '*') return { kind: 'repeat', node, min: 0, max: Infinity }
    if (sign === '+') return { kind: 'repeat', node, min: 1, max: Infinity }
    if (sign === '?') return { kind: 'repeat', node, min: 0, max: 1 }
    const min = Number(least)
    return { kind: 'repeat', node, min, max: upTo === undefined ? min : most === '' ? Infinity : Number(most) }
  }

  function push<S extends Step>(step: S): S {
    program.push(step)
    return step
  }

  function emit(part: Node): void {
    // Counts what is emitted and not the program's length: repeats of an empty group cost time and no steps.
    if (++emitted > QUERY_LIMITS.regexSteps) throw new SyntaxError('the pattern is too large')
    if (part.kind === 'sequence') part.nodes.forEach(emit)
    else if (part.kind === 'choice') emitChoice(part.nodes)
    else if (part.kind === 'repeat') emitRepeat(part.node, part.min, part.max)
    else push(part)
  }

  function emitChoice(nodes: readonly Node[]): void {
    const ends = nodes.map((branch, index) => {
      const isLast = index === nodes.length - 1
      const split = isLast ? undefined : push({ kind: 'split', next: program.length + 1, other: 0 })
      emit(branch)
      const end = isLast ? undefined : push({ kind: 'jump', next: 0 })
      if (split !== undefined) split.other = program.length
      return end
    })
    for (const end of ends) if (end !== undefined) end.next = program.length
  }

  function emitRepeat(repeated: Node, min: number, max: number): void {
    for (let count = 0; count < min; count++) emit(repeated)
    if (max === Infinity) {
      const loop = push({ kind: 'split', next: program.length + 1, other: 0 })
      const start = program.length - 1
      emit(repeated)
      push({ kind: 'jump', next: start })
      loop.other = program.length
      return
    }
    const exits: Extract<Step, { kind: 'split' }>[] = []
    for (let count = min; count < max; count++) {
      exits.push(push({ kind: 'split', next: program.length + 1, other: 0 }))
      emit(repeated)
    }
    for (const exit of exits) exit.other = program.length
  }
}

function assertion(source: string, flags: string): (text: string, at: number) => boolean {
  const sticky = new RegExp(source, `${flags}y`)
  return (text, at) => {
    sticky.lastIndex = at
    return sticky.test(text)
  }
}

/** Tests one character; what ASCII characters answered is kept, as most text is made of them. */
function characterTest(source: string, flags: string): (codePoint: number) => boolean {
  const whole = new RegExp(`^${source}$`, flags)
  const known = new Int8Array(128)
  return (codePoint) => {
    const answer = codePoint < 128 ? known[codePoint] : 0
    if (answer !== 0) return answer === 1
    const matches = whole.test(String.fromCodePoint(codePoint))
    if (codePoint < 128) known[codePoint] = matches ? 1 : -1
    return matches
  }
}
