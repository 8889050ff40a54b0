import type { Host, ProjectionStore, ProjectionStoreProvider, Table } from '@micro/core'
import { injectedFault } from './fault-kinds.ts'
import type { Faults } from './faults.ts'

/** The provider's rows as a service meets them over a bad line. */
export function faultyProjectionStore(provider: ProjectionStoreProvider, faults: Faults): ProjectionStoreProvider {
  return {
    ...provider,
    async open(host, options) {
      return faulty(await provider.open(host, options), faults, host)
    },
  }
}

function faulty(store: ProjectionStore, faults: Faults, { runtime }: Host): ProjectionStore {
  const read = async <T>(
    operation: 'rows' | 'fold' | 'checkpoint',
    signal: AbortSignal | undefined,
    ask: () => Promise<T>,
  ): Promise<T> => {
    await faults.transit(operation, 'request', runtime, signal)
    if (faults.next(operation) !== undefined) throw injectedFault(operation, 'refused')
    const answer = await ask()
    await faults.transit(operation, 'answer', runtime, signal)
    return answer
  }
  const prepare = async (signal: AbortSignal | undefined, change: () => Promise<void>): Promise<void> => {
    const fault = faults.next('prepare')
    await faults.transit('prepare', 'request', runtime, signal)
    if (fault === 'refused') throw injectedFault('prepare', fault)
    await change()
    if (fault === 'answer lost') throw injectedFault('prepare', fault)
  }
  const begun = new Set<Promise<void>>()
  const track = (commit: Promise<void>): Promise<void> => {
    begun.add(commit)
    const forget = (): void => void begun.delete(commit)
    commit.then(forget, forget)
    return commit
  }
  const send: ProjectionStore['commit'] = async (generation, commit, options) => {
    const fault = faults.next('commit')
    await faults.transit('commit', 'request', runtime, options?.signal)
    if (fault === 'refused' || fault === 'request lost') throw injectedFault('commit', fault)
    if (fault === 'request late') {
      faults.arriveLate(runtime, () => store.commit(generation, commit))
      throw injectedFault('commit', fault)
    }
    if (fault === 'doubled') await store.commit(generation, commit, options)
    await store.commit(generation, commit, options)
    await faults.transit('commit', 'answer', runtime, options?.signal)
    if (fault === 'answer lost') throw injectedFault('commit', fault)
  }
  return {
    get: (table, keys, options) => read(readerOf(table), options?.signal, () => store.get(table, keys, options)),
    find: (table, query, options) => read(readerOf(table), options?.signal, () => store.find(table, query, options)),
    count: (table, query, options) => read(readerOf(table), options?.signal, () => store.count(table, query, options)),
    checkpoint: (projection, options) =>
      read('checkpoint', options?.signal, () => store.checkpoint(projection, options)),
    commit: (generation, commit, options) => track(send(generation, commit, options)),
    prepare: (generation, models, options) =>
      prepare(options?.signal, () => store.prepare(generation, models, options)),
    activate: (generation, options) => prepare(options?.signal, () => store.activate(generation, options)),
    drop: (generation, options) => prepare(options?.signal, () => store.drop(generation, options)),
    async close() {
      await Promise.allSettled(begun)
      await store.close()
    },
  }
}

/** Only who applies events names the generation that it reads. */
const readerOf = ({ generation }: Table): 'rows' | 'fold' => (generation === undefined ? 'rows' : 'fold')
