import { promisesInTitle } from './promise-registry.ts'
import type { ConformanceRunner } from './runner.ts'

/** A check of a suite that no test runner has run yet. */
export interface CollectedCheck {
  readonly title: string
  /** Promises that its title names. */
  readonly ids: readonly string[]
  /** Runs it with its hooks; rejects when it fails. */
  readonly run: () => Promise<void>
}

type Hook = () => void | Promise<void>

/**
 * The checks that a suite registers, without a test runner. With it a suite is itself tested: which promises its checks
 * name, and which checks a deliberately broken adapter fails.
 */
export function collectChecks(register: (runner: ConformanceRunner) => void): readonly CollectedCheck[] {
  const checks: CollectedCheck[] = []
  const groups: { readonly before: Hook[]; readonly after: Hook[] }[] = [{ before: [], after: [] }]
  const innermost = (): { before: Hook[]; after: Hook[] } =>
    groups[groups.length - 1] as { before: Hook[]; after: Hook[] }

  register({
    describe: (_name, body) => {
      groups.push({ before: [], after: [] })
      body()
      groups.pop()
    },
    beforeEach: (hook) => void innermost().before.push(hook),
    afterEach: (hook) => void innermost().after.push(hook),
    it: (title, body) => {
      const around = [...groups]
      const run = async (): Promise<void> => {
        for (const group of around) for (const hook of group.before) await hook()
        const failures = await failureOf(body)
        for (const group of around.toReversed())
          for (const hook of group.after) failures.push(...(await failureOf(hook)))
        if (failures.length > 0) throw failures[0]
      }
      checks.push({ title, ids: promisesInTitle(title), run })
    },
  })
  return checks
}

async function failureOf(work: Hook): Promise<unknown[]> {
  try {
    await work()
    return []
  } catch (error) {
    return [error]
  }
}
