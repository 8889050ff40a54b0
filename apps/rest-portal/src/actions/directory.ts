import type { Micro, ServiceDescription } from '@micro/core'
import { type ExposedAction, expose } from './exposed-action.ts'
import { RunningInstances } from './running-instances.ts'

/** A service that has gone may be restarting: its routes are kept, so that callers hear 503 and not 404. */
const KEPT_MS = 60_000

/** However many unknown names are asked for, they make services be looked for once in this time. */
const LEAST_BETWEEN_MS = 1_000

export interface DirectoryOptions {
  readonly micro: Pick<Micro, 'services'>
  readonly refreshMs: number
  readonly onFailure: (error: unknown) => void
}

interface Service {
  readonly actions: readonly ExposedAction[]
  readonly seenAt: number
}

/** The commands and views of all services that can be reached. */
export class Directory {
  readonly #options: DirectoryOptions
  readonly #instances = new RunningInstances()
  /** Those that run, and those that have gone a short while ago. */
  readonly #services = new Map<string, Service>()
  #actions: readonly ExposedAction[] = []
  #fingerprint = ''
  #bySlug: ReadonlyMap<string, readonly ExposedAction[]> = new Map()
  #refreshing: Promise<void> | undefined
  #askedAt = -Infinity
  #timer: NodeJS.Timeout | undefined
  #isStopped = false

  constructor(options: DirectoryOptions) {
    this.#options = options
  }

  /** Looks for services now, and then again and again. */
  async start(): Promise<void> {
    await this.refresh()
    if (this.#isStopped) return
    this.#timer = setInterval(() => void this.refresh(), this.#options.refreshMs)
    this.#timer.unref()
  }

  stop(): void {
    this.#isStopped = true
    clearInterval(this.#timer)
  }

  /** Everything that running services offer, by service, kind and name. Another array whenever something has changed. */
  get actions(): readonly ExposedAction[] {
    return this.#actions
  }

  /** Actions of this name as far as they are known, one for each service that has, or had a short while ago. */
  known(actionSlug: string): readonly ExposedAction[] {
    return this.#bySlug.get(actionSlug) ?? []
  }

  /** The same; looks for services when none of them is meant. */
  async find(actionSlug: string, isMeant: (action: ExposedAction) => boolean): Promise<readonly ExposedAction[]> {
    const isKnown = (): boolean => this.known(actionSlug).some(isMeant)
    // What is under way may have begun before the service was there.
    if (!isKnown()) await this.#refreshing
    if (!isKnown()) await this.#lookAtOnce()
    return this.known(actionSlug)
  }

  /** Never rejects: what was known stays known when services cannot be asked. */
  refresh(): Promise<void> {
    return (this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined)))
  }

  /** Callers that wait for the same answer share it; others go without when somebody was looked for just now. */
  async #lookAtOnce(): Promise<void> {
    if (this.#refreshing !== undefined) return this.#refreshing
    if (performance.now() - this.#askedAt < LEAST_BETWEEN_MS || this.#isStopped) return
    this.#askedAt = performance.now()
    await this.refresh()
  }

  async #refresh(): Promise<void> {
    try {
      const found = await this.#options.micro.services()
      if (!this.#isStopped) this.#take(found)
    } catch (error) {
      // Whoever closes the portal may stop its service at once.
      if (!this.#isStopped) this.#options.onFailure(error)
    }
  }

  #take(found: readonly ServiceDescription[]): void {
    const now = performance.now()
    this.#instances.take(found)
    const running = byService(this.#instances.descriptions)
    for (const [service, actions] of running) this.#services.set(service, { actions, seenAt: now })
    for (const [service, { seenAt }] of this.#services) if (now - seenAt > KEPT_MS) this.#services.delete(service)
    const known = Array.from(this.#services, ([service, { actions }]) =>
      running.has(service) ? actions : actions.map((action) => ({ ...action, isAway: true })),
    )
    const sorted = known.flat().toSorted(compareActions)
    const fingerprint = JSON.stringify(sorted)
    if (fingerprint === this.#fingerprint) return
    this.#fingerprint = fingerprint
    this.#actions = sorted.filter(({ isAway }) => !isAway)
    this.#bySlug = bySlug(sorted)
  }
}

/** While a new version is rolled out, what all instances have together; of two with one name the first. */
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
