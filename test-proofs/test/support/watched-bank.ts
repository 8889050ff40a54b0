import { appendFileSync, readFileSync } from 'node:fs'
import type { MicroOptions, ProjectionStoreProvider } from '@micro/core'
import { decoratedModels } from '../../../packages/testkit/src/micro/decorated-models.ts'
import { serviceOptions as bankOptions } from './bank.ts'
import type { Ports } from './instance.ts'

/** A bank whose instances write down what became of each commit of models that they tried. */
export const WATCHED_BANK = import.meta.url

/** One commit that was tried: how far it leads, and whether the store took it. */
export interface TriedCommit {
  readonly next: number
  readonly accepted: boolean
}

const journalOf = (journal: string, pid: number): string => `${journal}-${pid}.jsonl`

/** @param options `journal`: where it is written, without the id of the process */
export function serviceOptions(
  { journal, ...options }: Readonly<Record<string, unknown>>,
  ports: Ports,
): Partial<MicroOptions> {
  return { ...bankOptions(options), projections: watched(ports.projections, journalOf(String(journal), process.pid)) }
}

/** What the process has tried so far, in order. */
export function triedCommits(journal: string, pid: number): readonly TriedCommit[] {
  const lines = readFileSync(journalOf(journal, pid), 'utf8').trim().split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as TriedCommit)
}

function watched(provider: ProjectionStoreProvider, file: string): ProjectionStoreProvider {
  const note = (next: number, accepted: boolean): void =>
    appendFileSync(file, `${JSON.stringify({ next, accepted })}\n`)
  return decoratedModels(provider, (store) => {
    appendFileSync(file, '')
    return {
      commit: async (generation, commit, options) => {
        try {
          await store.commit(generation, commit, options)
          note(commit.next.position, true)
        } catch (error) {
          note(commit.next.position, false)
          throw error
        }
      },
    }
  })
}
