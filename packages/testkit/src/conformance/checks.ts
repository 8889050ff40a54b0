import { type PromiseRegistry, titleOf } from './promise-registry.ts'
import type { ConformanceRunner } from './runner.ts'

/** Lives as long as one check. */
export interface CheckScope {
  /** Runs after the check, last registered first, also when the check failed or hung. */
  readonly defer: (cleanUp: () => unknown) => void
}

export interface ChecksOptions<Id extends string, Context> {
  readonly runner: ConformanceRunner
  readonly promises: PromiseRegistry<Id>
  readonly patienceMs: number
  /** Added to the message of a failure, for example the seed. */
  readonly note: string
  /** Makes what a check works with. */
  readonly prepare: (scope: CheckScope) => Context
}

export interface Checks<Id extends string, Context> {
  /** A group of checks; hooks are set up by `suite` alone. */
  readonly group: (name: string, body: () => void) => void
  /** One check; its title names the promises that it shows. */
  readonly check: (ids: Id | readonly Id[], sentence: string, body: (context: Context) => void | Promise<void>) => void
}

/** One suite: a group at the top, with the hooks that clean up after each of its checks. */
export function suite<Id extends string, Context>(
  name: string,
  options: ChecksOptions<Id, Context>,
  register: (checks: Checks<Id, Context>) => void,
): void {
  const { runner, promises, patienceMs, note, prepare } = options
  let cleanUps: (() => unknown)[] = []

  runner.describe(name, () => {
    runner.beforeEach(() => {
      cleanUps = []
    })
    runner.afterEach(async () => {
      await runAll(cleanUps.reverse())
    })
    register({
      group: (group, body) => {
        runner.describe(group, body)
      },
      check: (ids, sentence, body) => {
        const named = typeof ids === 'string' ? [ids] : ids
        for (const id of named) if (!Object.hasOwn(promises, id)) throw new TypeError(`Unknown promise "${id}"`)
        const run = async (): Promise<void> => {
          const own = cleanUps
          const scope: CheckScope = { defer: (cleanUp) => void own.push(cleanUp) }
          await patiently(Promise.resolve(prepare(scope)).then(body), patienceMs, note)
        }
        runner.it(titleOf(named, sentence), run, patienceMs + 10_000)
      },
    })
  })
}

/** A check that hangs fails here, with its name and the seed, before any runner gives up without either. */
async function patiently(work: Promise<void>, patienceMs: number, note: string): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const hung = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The check has not ended after ${patienceMs} ms`)), patienceMs)
  })
  try {
    await Promise.race([work, hung])
  } catch (error) {
    if (error instanceof Error && note !== '') error.message += `\n(${note})`
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/** Runs all of them, whatever fails, and then fails with the first error. */
async function runAll(cleanUps: readonly (() => unknown)[]): Promise<void> {
  const errors: unknown[] = []
  for (const cleanUp of cleanUps) {
    try {
      await cleanUp()
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
}
