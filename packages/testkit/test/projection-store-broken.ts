import {
  type Checkpoint,
  isMicroError,
  memoryProjectionStore,
  type ProjectionCommit,
  type ProjectionStore,
  type ProjectionStoreProvider,
  type Row,
  type RowChange,
  type Table,
} from '@micro/core'
import type { ProjectionStorePromise } from '../src/projection-store/index.ts'

export interface BrokenStore {
  readonly flaw: string
  /** A check of this promise must fail. */
  readonly promise: ProjectionStorePromise
  readonly make: () => ProjectionStoreProvider
}

type Flaw = (store: ProjectionStore, open: () => Promise<ProjectionStore>) => Partial<ProjectionStore>

/** The memory store with some methods replaced; signals and `close` are kept to, whatever the methods do about them. */
export function broken(flaw: string, promise: ProjectionStorePromise, flawOf: () => Flaw): BrokenStore {
  return brokenAtItsEdges(flaw, promise, () => {
    const replace = flawOf()
    return (store, open) => orderly(store, { ...store, ...replace(store, open) })
  })
}

/** As `broken`, and the flaw lies in signals or in `close`. */
function brokenAtItsEdges(flaw: string, promise: ProjectionStorePromise, flawOf: () => Flaw): BrokenStore {
  const make = (): ProjectionStoreProvider => {
    const provider = memoryProjectionStore()
    const replace = flawOf()
    return {
      ...provider,
      open: async (host) => {
        const store = await provider.open(host)
        return { ...store, ...replace(store, () => provider.open(host)) }
      },
    }
  }
  return { flaw, promise, make }
}

/** Begins nothing that is aborted or closed, and closes when what was begun has ended. */
function orderly(inner: ProjectionStore, store: ProjectionStore): ProjectionStore {
  const begun = new Set<Promise<unknown>>()
  let isClosing = false
  const writing = (write: () => Promise<void>, signal: AbortSignal | undefined, refuse: () => Promise<void>) => {
    if (isClosing || signal?.aborted === true) return refuse()
    const work = write()
    begun.add(work)
    void Promise.allSettled([work]).then(() => begun.delete(work))
    return work
  }
  return {
    ...store,
    commit: (...args) =>
      writing(
        () => store.commit(...args),
        args[2]?.signal,
        () => inner.commit(...args),
      ),
    prepare: (...args) =>
      writing(
        () => store.prepare(...args),
        args[2]?.signal,
        () => inner.prepare(...args),
      ),
    activate: (...args) =>
      writing(
        () => store.activate(...args),
        args[1]?.signal,
        () => inner.activate(...args),
      ),
    drop: (...args) =>
      writing(
        () => store.drop(...args),
        args[1]?.signal,
        () => inner.drop(...args),
      ),
    close: async () => {
      isClosing = true
      await Promise.allSettled(begun)
      await store.close()
    },
  }
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** The commit as the store would take it now. */
async function forced(
  store: ProjectionStore,
  ...[generation, commit]: Parameters<ProjectionStore['commit']>
): Promise<void> {
  const now = await store.checkpoint(generation.projection, { generation: generation.generation })
  const previous: Checkpoint | undefined = now === undefined || now.position === 0 ? undefined : now
  await store.commit(generation, { ...commit, previous })
}

const goesBack = ({ previous, next }: ProjectionCommit): boolean => next.position < (previous?.position ?? 0)

/** Whether the commit was made already. */
async function stands(
  store: ProjectionStore,
  ...[{ projection, generation }, { next }]: Parameters<ProjectionStore['commit']>
): Promise<boolean> {
  return (await store.checkpoint(projection, { generation }))?.eventId === next.eventId
}

function mapRows(store: ProjectionStore, map: (row: Row) => Row): Partial<ProjectionStore> {
  return {
    get: async (...args) => (await store.get(...args)).map((row) => row && map(row)),
    find: async (...args) => (await store.find(...args)).map(map),
  }
}

function mapChanges(store: ProjectionStore, map: (change: RowChange) => RowChange): Partial<ProjectionStore> {
  return {
    commit: (generation, commit, options) =>
      store.commit(generation, { ...commit, changes: commit.changes.map(map) }, options),
  }
}

export const BROKEN_STORES: readonly BrokenStore[] = [
  broken('accepts a stale compare-and-set', 'PS-COMMIT-CAS', () => (store) => ({
    commit: (...args) => forced(store, ...args),
  })),
  broken('lets two appliers win a step', 'PS-COMMIT-ONE-WINNER', () => (store) => ({
    commit: async (...args) => {
      await store.commit(...args).catch((error: unknown) => {
        if (!isMicroError(error, 'MICRO_CONFLICT')) throw error
      })
    },
  })),
  broken('compares positions only', 'PS-COMMIT-CAS', () => (store) => ({
    commit: async (generation, commit) => {
      const now = await store.checkpoint(generation.projection, { generation: generation.generation })
      const isSame = now !== undefined && now.position === commit.previous?.position
      await store.commit(generation, isSame ? { ...commit, previous: now } : commit)
    },
  })),
  broken('writes rows of a refused commit', 'PS-COMMIT-ATOMIC', () => (store) => ({
    commit: async (generation, commit) => {
      try {
        await store.commit(generation, commit)
      } catch (error) {
        if (!isMicroError(error, 'MICRO_CONFLICT')) throw error
        const { generation: _, ...now } = (await store.checkpoint(generation.projection)) ?? {
          generation: 0,
          position: 0,
          eventId: '',
        }
        const aside = { position: now.position, eventId: 'aside' }
        await store.commit(generation, { previous: now, next: aside, changes: commit.changes.slice(0, 1) })
        await store.commit(generation, { previous: aside, next: now, changes: [] })
        throw error
      }
    },
  })),
  broken('writes the changes before the one that it cannot write', 'PS-COMMIT-ATOMIC', () => (store) => ({
    commit: async (generation, commit) => {
      try {
        await store.commit(generation, commit)
      } catch (error) {
        if (!isMicroError(error, 'MICRO_NOT_FOUND') || commit.previous === undefined) throw error
        const aside = { position: commit.next.position, eventId: 'aside' }
        await store.commit(generation, { previous: commit.previous, next: aside, changes: commit.changes.slice(0, 1) })
        await store.commit(generation, { previous: aside, next: commit.previous, changes: [] })
        throw error
      }
    },
  })),
  broken('shows rows before their checkpoint', 'PS-COMMIT-ATOMIC', () => (store) => ({
    commit: async (generation, commit) => {
      if (commit.changes.length === 0 || goesBack(commit) || (await stands(store, generation, commit)))
        return store.commit(generation, commit)
      const before = { position: (commit.previous?.position ?? 0) + 0.5, eventId: 'half' }
      await store.commit(generation, { ...commit, next: before })
      await tick()
      await store.commit(generation, { previous: before, next: commit.next, changes: [] })
    },
  })),
  broken('shows the checkpoint before the rows', 'PS-READ-CHECKPOINT', () => (store) => ({
    commit: async (generation, commit) => {
      if (commit.changes.length === 0 || (await stands(store, generation, commit)))
        return store.commit(generation, commit)
      await store.commit(generation, { ...commit, changes: [] })
      await tick()
      const late = { position: commit.next.position, eventId: 'half' }
      await store.commit(generation, { previous: commit.next, next: late, changes: commit.changes })
      await store.commit(generation, { previous: late, next: commit.next, changes: [] })
    },
  })),
  broken('writes row by row', 'PS-READ-SNAPSHOT', () => (store) => ({
    commit: async (generation, commit) => {
      const { previous, next, changes } = commit
      if (changes.length < 2 || (await stands(store, generation, commit))) return store.commit(generation, commit)
      let last = previous
      for (const [index, change] of changes.entries()) {
        const step =
          index === changes.length - 1
            ? next
            : { position: next.position - 1 + (index + 1) / (changes.length + 1), eventId: `${index}` }
        await store.commit(generation, { previous: last, next: step, changes: [change] })
        await tick()
        last = step
      }
    },
  })),
  broken('refuses a next that already stands', 'PS-COMMIT-AGAIN', () => (store) => ({
    commit: async (generation, commit) => {
      const now = await store.checkpoint(generation.projection, { generation: generation.generation })
      if (now?.eventId === commit.next.eventId)
        return store.commit(generation, { ...commit, next: { position: -1, eventId: '' } })
      return store.commit(generation, commit)
    },
  })),
  broken('applies a next that already stands again', 'PS-COMMIT-AGAIN', () => (store) => ({
    commit: async (generation, commit) => {
      const now = await store.checkpoint(generation.projection, { generation: generation.generation })
      if (now?.eventId !== commit.next.eventId) return store.commit(generation, commit)
      const aside = { position: now.position, eventId: 'aside' }
      await store.commit(generation, { previous: now, next: aside, changes: commit.changes })
      await store.commit(generation, { previous: aside, next: now, changes: [] })
    },
  })),
  broken('prepares what a commit misses', 'PS-COMMIT-MISSING', () => (store) => ({
    commit: async (generation, commit) => {
      await store.prepare(generation, [{ model: 'account', key: 'id', indexes: [] }])
      await store.commit(generation, commit)
    },
  })),
  broken('merges a put into the row', 'PS-COMMIT-CHANGES', () => (store) => ({
    commit: async (generation, commit) => {
      const changes = commit.changes.map(async (change) => {
        if (change.kind === 'remove') return change
        const table = { ...generation, model: change.model }
        const [before] = await store.get(table, [change.key]).catch(() => [])
        return { ...change, row: { ...before, ...change.row } }
      })
      await store.commit(generation, { ...commit, changes: await Promise.all(changes) })
    },
  })),
  broken('ignores a commit without changes over a gap', 'PS-COMMIT-EMPTY', () => (store) => ({
    commit: async (generation, commit) => {
      const isGap = commit.next.position > (commit.previous?.position ?? 0) + 1
      if (commit.changes.length > 0 || !isGap) await store.commit(generation, commit)
    },
  })),
  broken('gives live rows out', 'PS-ROWS-OUT', () => {
    const live = new WeakMap<Row, Row>()
    return (store) =>
      mapRows(store, (row) => {
        const kept = live.get(row) ?? structuredClone(row)
        live.set(row, kept)
        return kept
      })
  }),
  broken('gives copies out that share what is inside', 'PS-ROWS-OUT', () => {
    const live = new WeakMap<Row, Row>()
    return (store) =>
      mapRows(store, (row) => {
        const kept = live.get(row) ?? structuredClone(row)
        live.set(row, kept)
        return { ...kept }
      })
  }),
  broken('answers `get` without gaps', 'PS-GET-ORDER', () => (store) => ({
    get: async (...args) => (await store.get(...args)).filter((row) => row !== undefined),
  })),
  broken(
    'cuts texts at a NUL',
    'PS-ROWS-JSON',
    () => (store) =>
      mapChanges(store, (change) =>
        change.kind === 'remove'
          ? change
          : { ...change, row: JSON.parse(JSON.stringify(change.row).replaceAll(/\\u0000[^"]*/g, '')) as Row },
      ),
  ),
  broken(
    'trims keys',
    'PS-ROWS-KEYS',
    () => (store) => mapChanges(store, (change) => ({ ...change, key: change.key.trim() })),
  ),
  broken('folds the case of keys', 'PS-ROWS-KEYS', () => (store) => ({
    ...mapChanges(store, (change) => ({ ...change, key: change.key.toLowerCase() })),
    get: (table, keys, options) =>
      store.get(
        table,
        keys.map((key) => key.toLowerCase()),
        options,
      ),
  })),
  broken('reads nothing where there is nothing to read', 'PS-READ-MISSING', () => (store) => ({
    find: (...args) =>
      store.find(...args).catch((error: unknown) => {
        if (isMicroError(error, 'MICRO_NOT_FOUND')) return []
        throw error
      }),
  })),
  broken('answers too early', 'PS-CHECKPOINT-REACHED', () => (store) => ({
    checkpoint: (projection, options) =>
      store.checkpoint(projection, { ...options, atLeast: Math.min(options?.atLeast ?? 0, 3) }),
  })),
  broken('wakes only waits of the committing handle', 'PS-CHECKPOINT-REACHED', () => (store) => {
    const waits = new Set<() => void>()
    const wakeAll = (): void => waits.forEach((wake) => wake())
    return {
      commit: async (...args) => {
        await store.commit(...args)
        wakeAll()
      },
      activate: async (...args) => {
        await store.activate(...args)
        wakeAll()
      },
      close: async () => {
        await store.close()
        wakeAll()
      },
      checkpoint: async (projection, options = {}) => {
        const { atLeast = 0, ...now } = options
        for (;;) {
          const reached = await store.checkpoint(projection, now)
          if (reached === undefined ? options.atLeast === undefined : reached.position >= atLeast) return reached
          await new Promise<void>((resolve) => {
            waits.add(resolve)
            now.signal?.addEventListener('abort', () => resolve(), { once: true })
          })
        }
      },
    }
  }),
  broken('answers a checkpoint before the first event with undefined', 'PS-CHECKPOINT-NONE', () => (store) => ({
    checkpoint: async (...args) => {
      const found = await store.checkpoint(...args)
      return found?.position === 0 ? undefined : found
    },
  })),
  broken('ignores the named generation', 'PS-CHECKPOINT-NAMED', () => (store) => ({
    checkpoint: async (projection, options = {}) => {
      const { generation: _, ...rest } = options
      return (await store.checkpoint(projection)) === undefined
        ? store.checkpoint(projection, options)
        : store.checkpoint(projection, rest)
    },
  })),
  broken('empties tables that are prepared again', 'PS-PREPARE-AGAIN', () => (store) => ({
    prepare: async (generation, models, options) => {
      await store.drop(generation).catch(async () => {
        const now = await store.checkpoint(generation.projection)
        const { model } = models[0] as { model: string }
        const rows = await store.find({ ...generation, model }, {})
        const changes = rows.map((row) => ({ kind: 'remove' as const, model, key: row['id'] as string }))
        if (now !== undefined)
          await store.commit(generation, { previous: now, next: { ...now, eventId: 'emptied' }, changes })
      })
      await store.prepare(generation, models, options)
    },
  })),
  broken('goes backwards', 'PS-ACTIVATE-FORWARDS', () => {
    const active = new Map<string, number>()
    return (store) => ({
      ...readingFrom(store, async (projection) => active.get(projection)),
      activate: async (generation, options) => {
        await store.activate(generation, options).catch((error: unknown) => {
          if (!isMicroError(error, 'MICRO_CONFLICT')) throw error
        })
        active.set(generation.projection, generation.generation)
      },
    })
  }),
  broken('reads on from the generation that it began with', 'PS-ACTIVATE-SWITCH', () => (store) => {
    const active = new Map<string, number | undefined>()
    return readingFrom(store, async (projection) => {
      const known = active.get(projection) ?? (await store.checkpoint(projection))?.generation
      active.set(projection, known)
      return known
    })
  }),
  broken('drops the active generation in silence', 'PS-DROP-ACTIVE', () => (store) => ({
    drop: (...args) =>
      store.drop(...args).catch((error: unknown) => {
        if (!isMicroError(error, 'MICRO_CONFLICT')) throw error
      }),
  })),
  broken('keeps what is dropped', 'PS-DROP-ROWS', () => (store) => ({
    drop: async (generation, options) => {
      const active = await store.checkpoint(generation.projection)
      if (active?.generation === generation.generation) await store.drop(generation, options)
    },
  })),
  broken('activates what was never prepared', 'PS-ACTIVATE-MISSING', () => (store) => ({
    activate: async (generation, options) => {
      await store.prepare(generation, [{ model: 'account', key: 'id', indexes: [] }])
      await store.activate(generation, options)
    },
  })),
  broken('glues names together', 'PS-SEPARATE', () => (store) => {
    const glued = (table: Table): Table => ({ ...table, model: table.model.toLowerCase() })
    return {
      get: (table, ...rest) => store.get(glued(table), ...rest),
      find: (table, ...rest) => store.find(glued(table), ...rest),
      count: (table, ...rest) => store.count(glued(table), ...rest),
      ...mapChanges(store, (change) => ({ ...change, model: change.model.toLowerCase() })),
      prepare: (generation, models, options) =>
        store.prepare(
          generation,
          models.map((model) => ({ ...model, model: model.model.toLowerCase() })),
          options,
        ),
    }
  }),
  sharing(),
  broken('reads operators in values', 'PS-QUERY-DATA', () => (store) => ({
    find: (table, query, options) => {
      const loosened = Object.entries(query).map(([name, value]) => {
        const literal = (value as { $eq?: unknown } | null)?.$eq
        return [name, typeof literal === 'object' && literal !== null ? literal : value]
      })
      return store.find(table, Object.fromEntries(loosened), options)
    },
  })),
  broken('ignores names that it does not like', 'PS-QUERY-DATA', () => (store) => ({
    find: (table, query, options) =>
      store.find(table, Object.fromEntries(Object.entries(query).filter(([name]) => !name.startsWith('___'))), options),
  })),
  broken('takes operators that it does not know for values', 'PS-FIND-INVALID', () => (store) => ({
    find: (...args) =>
      store.find(...args).catch((error: unknown) => {
        if (isMicroError(error, 'MICRO_INVALID')) return []
        throw error
      }),
  })),
  broken('does not look into arrays', 'PS-FIND-QUERY', () => (store) => ({
    find: async (table, query, options) => {
      const rows = await store.find(table, query, options)
      return rows.filter(
        (row) => !Object.entries(query).some(([name, value]) => typeof value !== 'object' && Array.isArray(row[name])),
      )
    },
  })),
  broken('has an index that forgets arrays', 'PS-FIND-INDEX', () => (store) => ({
    find: async (table, query, options) => {
      const rows = await store.find(table, query, options)
      return table.model === 'indexed' && typeof query['a'] === 'string'
        ? rows.filter((row) => typeof row['a'] === 'string')
        : rows
    },
  })),
  broken('counts rows that do not match', 'PS-FIND-QUERY', () => (store) => ({
    count: (table, query, options) => store.count(table, '$or' in query ? {} : query, options),
  })),
  broken('finds rows in the order of writing', 'PS-FIND-ORDER', () => (store) => ({
    find: async (table, query, options) => {
      const rows = await store.find(table, query, options)
      return options?.sort === undefined
        ? rows.toSorted((a, b) => Object.keys(a).length - Object.keys(b).length || -1)
        : rows
    },
  })),
  broken('orders texts by UTF-16 units', 'PS-FIND-ORDER', () => (store) => ({
    find: async (table, query, options) => {
      const rows = await store.find(table, query, options)
      return options === undefined ? rows.toSorted((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1)) : rows
    },
  })),
  broken('orders ties against their keys when descending', 'PS-FIND-ORDER', () => (store) => ({
    find: async (table, query, options = {}) => {
      const [property, direction] = Object.entries(options.sort ?? {})[0] ?? []
      if (property === undefined || direction !== -1) return store.find(table, query, options)
      const { skip = 0, limit = Infinity } = options
      const rows = await store.find(table, query, { ...options, sort: { [property]: 1 }, skip: 0, limit: undefined })
      return rows.toReversed().slice(skip, skip + limit)
    },
  })),
  broken('cuts the page before it orders', 'PS-FIND-PAGE', () => (store) => ({
    find: async (table, query, options = {}) => {
      const page = await store.find(table, query, { ...options, sort: undefined })
      const keys = page.map((row) => row['id'] as string)
      return options.sort === undefined ? page : store.find(table, { id: { $in: keys } }, { sort: options.sort })
    },
  })),
  broken('takes a limit of 0 for none', 'PS-FIND-PAGE', () => (store) => ({
    find: (table, query, options = {}) =>
      store.find(table, query, { ...options, limit: options.limit === 0 ? undefined : options.limit }),
  })),
  brokenAtItsEdges('answers after it was closed', 'PS-CLOSED', () => (store) => ({
    close: async () => void store,
  })),
  brokenAtItsEdges('leaves waits of a closed handle hanging', 'PS-CLOSED', () => (store, open) => ({
    checkpoint: async (projection, options) =>
      (options?.atLeast === undefined ? store : await open()).checkpoint(projection, options),
  })),
  brokenAtItsEdges('closes every handle with one', 'PS-OPEN-HANDLES', () => {
    const all: ProjectionStore[] = []
    return (store) => {
      all.push(store)
      return { close: async () => void (await Promise.all(all.map((each) => each.close()))) }
    }
  }),
  brokenAtItsEdges('abandons begun commits when it closes', 'PS-CLOSE-FINISH', () => (store) => ({
    commit: async (...args) => {
      await tick()
      await store.commit(...args)
    },
  })),
  brokenAtItsEdges('ignores an aborted signal', 'PS-ABORTED', () => (store) => ({
    drop: (generation) => store.drop(generation),
  })),
  brokenAtItsEdges('commits before it looks at the signal', 'PS-ABORTED', () => (store) => ({
    commit: async (generation, commit, options) => {
      await store.commit(generation, commit)
      options?.signal?.throwIfAborted()
    },
  })),
  {
    flaw: 'lets its capabilities be changed',
    promise: 'PS-CAPABILITIES',
    make: () => ({ ...memoryProjectionStore(), capabilities: { shared: false, durable: false, snapshotReads: true } }),
  },
  broken('forgets the active generation when all are closed', 'PS-OPEN-HANDLES', () => {
    let open = 0
    let isForgotten = false
    return (store) => {
      open++
      const isLater = isForgotten
      return {
        close: async () => {
          if (--open === 0) isForgotten = true
          await store.close()
        },
        checkpoint: async (...args) => (isLater ? undefined : store.checkpoint(...args)),
      }
    }
  }),
]

/** Reads that find the active generation in their own way. */
function readingFrom(
  store: ProjectionStore,
  activeOf: (projection: string) => Promise<number | undefined>,
): Partial<ProjectionStore> {
  const named = async (table: Table): Promise<Table> => ({
    ...table,
    generation: table.generation ?? (await activeOf(table.projection)),
  })
  return {
    get: async (table, ...rest) => store.get(await named(table), ...rest),
    find: async (table, ...rest) => store.find(await named(table), ...rest),
    count: async (table, ...rest) => store.count(await named(table), ...rest),
    checkpoint: async (projection, options = {}) =>
      options.generation === undefined && options.atLeast === undefined
        ? store.checkpoint(projection, { ...options, generation: await activeOf(projection) })
        : store.checkpoint(projection, options),
  }
}

/** Every store that it makes is the same one, while a handle of it is open. */
function sharing(): BrokenStore {
  let only = memoryProjectionStore()
  let open = 0
  const make = (): ProjectionStoreProvider => {
    if (open === 0) only = memoryProjectionStore()
    const shared = only
    return {
      ...shared,
      open: async (host) => {
        const store = await shared.open(host)
        open++
        let isOpen = true
        return {
          ...store,
          close: async () => {
            if (isOpen) open--
            isOpen = false
            await store.close()
          },
        }
      },
    }
  }
  return { flaw: 'shares its rows with other stores', promise: 'PS-SEPARATE', make }
}
