import { tellProblem } from './tell-problem.ts'

/** Runs a program to its end, and tells why if it fails. */
export async function runProgram(main: () => Promise<void>): Promise<void> {
  try {
    await main()
  } catch (error) {
    tellProblem(error)
  }
}
