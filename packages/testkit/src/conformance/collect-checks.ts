import { performance } from 'node:perf_hooks'
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

export interface CollectOptions {
  /**
   * A check fails as hung when the process has had nothing to do for so long while it ran. A busy machine does not bring
   * that nearer, as it does the end of a suite's patience; only for adapters that live in this process alone.
   */
  readonly idleMs?: number
}

/**
 * The checks that a suite registers, without a test runner. With it a suite is itself tested: which promises its checks
 * name, and which checks a deliberately broken adapter fails.
 */
export function collectChecks(
  register: (runner: ConformanceRunner) => void,
  { idleMs }: CollectOptions = {},
): readonly CollectedCheck[] {
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
        const failures = await failureOf(idleMs === undefined ? body : () => whileBusy(body, idleMs))
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

const LOOK_MS = 10

async function whileBusy(work: Hook, idleMs: number): Promise<void> {
  let before = performance.eventLoopUtilization().idle
  let idleFor = 0
  let timer: ReturnType<typeof setInterval> | undefined
  const hung = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      const { idle } = performance.eventLoopUtilization()
      // Waiting for the processor looks idle too: no more than one interval counts.
      idleFor += Math.min(idle - before, LOOK_MS)
      before = idle
      if (idleFor >= idleMs) reject(new Error(`The check hangs: there was nothing to do for ${idleMs} ms`))
    }, LOOK_MS)
  })
  try {
    await Promise.race([work(), hung])
  } finally {
    clearInterval(timer)
  }
}
