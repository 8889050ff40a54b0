import type { Micro, ServiceDescription } from '@micro/core'
import { type ExposedAction, expose } from './exposed-action.ts'

/** A service that answers no longer may be restarting: its actions are kept, so that callers hear 503 and not 404. */
const KEPT_MS = 60_000

/** However many unknown names are asked for, services are looked for once in this time. */
const LEAST_BETWEEN_MS = 1_000

export interface DirectoryOptions {
  readonly micro: Pick<Micro, 'services'>
  readonly refreshMs: number
  readonly onFailure: (error: unknown) => void
}

/** The commands and views of all services that can be reached. */
export class Directory {
  readonly #options: DirectoryOptions
  readonly #services = new Map<string, { readonly actions: readonly ExposedAction[]; readonly seenAt: number }>()
  #actions: readonly ExposedAction[] = []
  #fingerprint = ''
  #bySlug: ReadonlyMap<string, readonly ExposedAction[]> = new Map()
  #refreshing: Promise<void> | undefined
  #refreshedAt = -Infinity
  #timer: NodeJS.Timeout | undefined

  constructor(options: DirectoryOptions) {
    this.#options = options
  }

  /** Looks for services now, and then again and again. */
  async start(): Promise<void> {
    await this.refresh()
    this.#timer = setInterval(() => void this.refresh(), this.#options.refreshMs)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Everything offered, by service, kind and name. Another array whenever something has changed. */
  get actions(): readonly ExposedAction[] {
    return this.#actions
  }

  /** Actions of this name as far as they are known, one for each service that has one. */
  known(actionSlug: string): readonly ExposedAction[] {
    return this.#bySlug.get(actionSlug) ?? []
  }

  /** The same; looks for services when none of them is meant. */
  async find(actionSlug: string, isMeant: (action: ExposedAction) => boolean): Promise<readonly ExposedAction[]> {
    const known = this.known(actionSlug)
    if (known.some(isMeant)) return known
    if (performance.now() - this.#refreshedAt >= LEAST_BETWEEN_MS || this.#refreshing !== undefined)
      await this.refresh()
    return this.known(actionSlug)
  }

  /** Never rejects: what was known stays known when services cannot be asked. */
  refresh(): Promise<void> {
    return (this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined)))
  }

  async #refresh(): Promise<void> {
    this.#refreshedAt = performance.now()
    try {
      this.#take(await this.#options.micro.services())
    } catch (error) {
      this.#options.onFailure(error)
    }
  }

  #take(found: readonly ServiceDescription[]): void {
    const seenAt = performance.now()
    for (const [service, actions] of byService(found)) this.#services.set(service, { actions, seenAt })
    for (const [service, { seenAt: last }] of this.#services)
      if (seenAt - last > KEPT_MS) this.#services.delete(service)
    const actions = [...this.#services.values()].flatMap((service) => service.actions).toSorted(compareActions)
    const fingerprint = JSON.stringify(actions)
    if (fingerprint === this.#fingerprint) return
    this.#fingerprint = fingerprint
    this.#actions = actions
    this.#bySlug = bySlug(actions)
  }
}

/** Instances of one service have the same actions but while a new version is rolled out; then it is all of them. */
function byService(found: readonly ServiceDescription[]): ReadonlyMap<string, readonly ExposedAction[]> {
  const services = new Map<string, Map<string, ExposedAction>>()
  for (const { service, endpoints } of found) {
    const actions = services.get(service) ?? new Map<string, ExposedAction>()
    services.set(service, actions)
    for (const endpoint of endpoints) {
      const action = expose(endpoint)
      if (action !== undefined && !actions.has(action.action)) actions.set(action.action, action)
    }
  }
  return new Map(Array.from(services, ([service, actions]) => [service, [...actions.values()]]))
}

function bySlug(actions: readonly ExposedAction[]): ReadonlyMap<string, readonly ExposedAction[]> {
  const named = new Map<string, ExposedAction[]>()
  for (const action of actions) named.set(action.actionSlug, [...(named.get(action.actionSlug) ?? []), action])
  return named
}

function compareActions(one: ExposedAction, other: ExposedAction): number {
  const [a, b] = [one, other].map(({ service, kind, action }) => `${service}/${kind}/${action}`) as [string, string]
  return a < b ? -1 : a > b ? 1 : 0
}
