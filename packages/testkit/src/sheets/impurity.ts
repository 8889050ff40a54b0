/** What a pure function may not ask: the clock and chance of the process. */
interface Impure {
  readonly name: string
  /** The object that has the member, and the member. */
  readonly on: object
  readonly member: string
}

const IMPURE: readonly Impure[] = [
  { name: 'Date.now()', on: Date, member: 'now' },
  { name: 'Math.random()', on: Math, member: 'random' },
  { name: 'performance.now()', on: performance, member: 'now' },
  { name: 'crypto.randomUUID()', on: crypto, member: 'randomUUID' },
  { name: 'crypto.getRandomValues()', on: crypto, member: 'getRandomValues' },
]

/**
 * Runs a function and tells what it asked of the clock and of chance. They answer as always; they are watched only until
 * the function returns, so nothing else of the process is.
 */
export function watchImpurity<T>(run: () => T, onImpure: (what: string) => void): T {
  const restore = [...IMPURE.map((impure) => watchMember(impure, onImpure)), watchDate(onImpure)]
  try {
    return run()
  } finally {
    for (const undo of restore) undo()
  }
}

function watchMember({ name, on, member }: Impure, onImpure: (what: string) => void): () => void {
  const own = Object.getOwnPropertyDescriptor(on, member)
  const real: unknown = Reflect.get(on, member)
  if (typeof real !== 'function') return () => undefined
  Object.defineProperty(on, member, {
    configurable: true,
    writable: true,
    value: (...args: unknown[]): unknown => {
      onImpure(name)
      return Reflect.apply(real, on, args)
    },
  })
  return () => {
    if (own === undefined) Reflect.deleteProperty(on, member)
    else Object.defineProperty(on, member, own)
  }
}

/** `new Date()` asks the clock, `new Date(event.time)` does not. */
function watchDate(onImpure: (what: string) => void): () => void {
  const real = globalThis.Date
  globalThis.Date = new Proxy(real, {
    construct(target, args: unknown[], newTarget: () => unknown) {
      if (args.length === 0) onImpure('new Date()')
      return Reflect.construct(target, args, newTarget) as object
    },
    apply(target, self, args: unknown[]) {
      onImpure('Date()')
      return Reflect.apply(target, self, args) as string
    },
  })
  return () => {
    globalThis.Date = real
  }
}
