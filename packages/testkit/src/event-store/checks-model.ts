import assert from 'node:assert/strict'
import { reduceProgram } from '../conformance/reduce-program.ts'
import type { EventStoreBench } from './event-store-bench.ts'
import { runProgram } from './model-run.ts'
import { randomProgram, simplerSteps, type Step } from './model-step.ts'
import type { RegisterChecks } from './register-checks.ts'

/** Random programs against a model that is too simple to be wrong. */
export const registerModelChecks: RegisterChecks = ({ check }) => {
  check(
    ['ES-EXPECTED', 'ES-REPEAT', 'ES-DUPLICATE', 'ES-READ-STREAM', 'ES-READ-ALL', 'ES-FILTER', 'ES-SUBSCRIBE-HANDOVER'],
    '[1] random programs do as the model does',
    async (bench) => {
      for (let run = 0; run < bench.scaled(1000); run++) {
        const program = randomProgram(bench.random)
        const failure = await failureOf(bench, program)
        if (failure === undefined) continue
        const deadline = performance.now() + bench.patienceMs / 2
        const reduced = await reduceProgram(
          program,
          failure,
          (candidate) => failureOf(bench, candidate),
          simplerSteps,
          () => performance.now() < deadline,
        )
        throw new assert.AssertionError({
          message: `program ${run} of ${program.length} steps fails, reduced to ${reduced.program.length}:\n${reduced.failure}`,
        })
      }
    },
  )
}

/** Why a program fails: also when one of its steps hangs. */
async function failureOf(bench: EventStoreBench, program: readonly Step[]): Promise<string | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const hung = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`It hangs: ${JSON.stringify(program)}`), bench.patienceMs / 8)
  })
  const ran = runProgram(bench, program).then(
    () => undefined,
    (error: Error) => error.message,
  )
  const failure = await Promise.race([ran, hung])
  clearTimeout(timer)
  return failure
}
