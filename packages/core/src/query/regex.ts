import { invalidQuery } from './invalid-query.ts'
import { QUERY_LIMITS } from './limits.ts'
import { compileProgram, type Step } from './regex-program.ts'

/**
 * Compiles a `$regex`: JavaScript syntax with the flag `u`, without back references and look-around. The time is that of
 * the text's length times the pattern's, whatever the pattern: all ways to match are followed at once, none is tried
 * again. `RegExp` backtracks: `^(a+)+$` on 29 characters takes it 11 s, and a heuristic that spots such patterns misses some.
 *
 * @throws MicroError `MICRO_INVALID`
 */
export function compileRegex(pattern: unknown, options: unknown, pointer: string): (text: string) => boolean {
  if (typeof pattern !== 'string') return invalidQuery(pointer, 'must have a string as $regex')
  if (pattern.length > QUERY_LIMITS.regexLength)
    invalidQuery(pointer, `must have a $regex of at most ${QUERY_LIMITS.regexLength} characters`)
  if (options !== undefined && options !== '' && options !== 'i')
    invalidQuery(pointer, "must have the $options 'i' or none")
  const flags = options === 'i' ? 'iu' : 'u'
  let native: RegExp
  let program: readonly Step[]
  try {
    native = new RegExp(pattern, flags)
    program = compileProgram(pattern, flags)
  } catch (error) {
    return invalidQuery(pointer, `must have a $regex that is supported: ${(error as Error).message}`)
  }
  // Where nothing repeats or chooses there is nothing to backtrack over, and most patterns are such. (But RegExp in V8
  // finds \B inside a surrogate pair, where no character ends.)
  const matches = /[*+?{|]|\\B/.test(pattern)
    ? (text: string) => runProgram(program, text)
    : (text: string) => native.test(text)
  return (text) => text.length <= QUERY_LIMITS.regexInputLength && matches(text)
}

/** Whether the pattern is found anywhere in the text: at each character, every place of the program that may be reached. */
function runProgram(program: readonly Step[], text: string): boolean {
  const reachedAt = new Int32Array(program.length).fill(-1)
  let waiting: number[] = []
  for (let at = 0; ;) {
    const tests: number[] = []
    // A match may begin at any character, so the program starts anew at each.
    const pending = [0, ...waiting]
    while (pending.length > 0) {
      const place = pending.pop() as number
      if (reachedAt[place] === at) continue
      reachedAt[place] = at
      const step = program[place] as Step
      if (step.kind === 'match') return true
      if (step.kind === 'one') tests.push(place)
      else if (step.kind === 'jump') pending.push(step.next)
      else if (step.kind === 'split') pending.push(step.other, step.next)
      else if (step.holds(text, at)) pending.push(place + 1)
    }
    if (at >= text.length) return false
    const character = text.codePointAt(at) as number
    waiting = []
    for (const place of tests) {
      const step = program[place] as Extract<Step, { kind: 'one' }>
      if (step.test(character)) waiting.push(place + 1)
    }
    at += character > 0xffff ? 2 : 1
  }
}
