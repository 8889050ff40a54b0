/**
 * A program that still fails, as short as dropping its steps and simplifying them one by one can make it.
 *
 * @param failureOf what goes wrong when a program runs; `undefined` when nothing does
 * @param simplify simpler forms of one step, the simplest first
 * @param mayGoOn asked before each trial: reducing may take only so long
 */
export async function reduceProgram<Step, Failure>(
  program: readonly Step[],
  failure: Failure,
  failureOf: (program: readonly Step[]) => Promise<Failure | undefined>,
  simplify: (step: Step) => readonly Step[],
  mayGoOn: () => boolean,
): Promise<{ readonly program: readonly Step[]; readonly failure: Failure }> {
  let best = { program, failure }
  const improve = async (candidate: readonly Step[]): Promise<boolean> => {
    if (!mayGoOn()) return false
    const found = await failureOf(candidate)
    if (found !== undefined) best = { program: candidate, failure: found }
    return found !== undefined
  }

  for (let size = Math.ceil(program.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    // From the end: what a step depends on comes before it.
    for (let start = best.program.length - size; start > -size; start -= size)
      await improve(best.program.filter((_, index) => index < start || index >= start + size))
  }
  for (let index = 0; index < best.program.length; index++) {
    for (let isSimpler = true; isSimpler;) {
      isSimpler = false
      for (const step of simplify(best.program[index] as Step))
        if ((isSimpler = await improve(best.program.with(index, step)))) break
    }
  }
  return best
}
