import type { CallCarrier } from '../cycle/instance.ts'
import { holdProcess } from '../cycle/hold-process.ts'
import { inTime } from '../cycle/in-time.ts'
import { Deadlines } from '../cycle/deadlines.ts'
import { Slots } from '../cycle/slots.ts'
import { Turns } from '../cycle/turns.ts'
import { UnknownOutcomes } from '../cycle/unknown-outcomes.ts'
import { MicroError } from '../errors/micro-error.ts'
import { toMicroError } from '../errors/wire-error.ts'
import { ModuleSet } from '../modules/module-set.ts'
import type { RecordedEvent } from '../ports/event-store.ts'
import type { Logger } from '../ports/logger.ts'
import type { Load, ModuleContext, ModuleDefinition } from '../ports/module.ts'
import type { ServiceDescription } from '../ports/transport.ts'
import { stderrLogger } from '../runtime/stderr-logger.ts'
import type { Contract } from '../sheets/contract.ts'
import type { ErasedHandler } from '../sheets/handler.ts'
import { planAction } from '../wiring/plan-endpoints.ts'
import { SchemaBook } from '../wiring/schema-book.ts'
import { WiringProblems } from '../wiring/wiring-problems.ts'
import type { Act, CallAction } from './act.ts'
import { checkTimeout } from './check-timeout.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { Health } from './health.ts'
import type { Micro, MicroEvents, SubscribeToEventsOptions } from './micro.ts'
import { OpenedParts } from './opened-parts.ts'
import type { MicroOptions } from './options.ts'
import { type RunningService, runService } from './running-service.ts'
import { checkObject } from '../values/shown.ts'
import { type WiredService, wireService } from './wire-service.ts'

/**
 * Makes a service of sheets, modules and adapters. Synchronous; opens nothing.
 *
 * @throws MicroError `MICRO_WIRING` naming every mistake at once, each with its remedy
 * @example
 * const micro = createMicro({ name: 'calculator' })
 *   .add('multiply two numbers', ({ first, second }) => first * second)
 * await micro.start()
 * await micro.act('multiply two numbers', { first: 5, second: 3 }) // 15
 */
export function createMicro(options: MicroOptions): Micro {
  return new Service(wireService(options))
}

class Service implements Micro {
  readonly name: string
  readonly version: string
  readonly act: Act
  readonly call: CallAction
  readonly events: MicroEvents
  readonly stopped: Promise<MicroError | undefined>
  readonly #wired: WiredService
  readonly #parts = new OpenedParts()
  readonly #whenStarting: (() => void)[] = []
  readonly #onFatal: ((error: MicroError) => void | Promise<void>)[] = []
  #status: Health['status'] = 'new'
  #logger: Logger
  #dispatcher: Dispatcher | undefined
  #running: RunningService | undefined
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined
  #failure: MicroError | undefined
  #markStopped: (failure: MicroError | undefined) => void = () => undefined

  constructor(wired: WiredService) {
    this.#wired = wired
    this.name = wired.name
    this.version = wired.settings.version
    this.#logger = stderrLogger({ service: wired.name })
    this.stopped = new Promise((resolve) => (this.#markStopped = resolve))
    this.act = ((...args: Parameters<Act>) =>
      this.#dispatcherOnceStarted?.act(args) ??
      this.#afterStart(args).then(({ dispatcher, left }) => dispatcher.act(left))) as Act
    this.call = ((...args: Parameters<Act>) =>
      this.#dispatcherOnceStarted?.call(args) ??
      this.#afterStart(args).then(({ dispatcher, left }) => dispatcher.call(left))) as CallAction
    this.events = { subscribe: (subscribeOptions) => this.#subscribe(subscribeOptions) }
  }

  add(target: Contract | string, handler: ErasedHandler): this {
    if (this.#status !== 'new') throw new TypeError('add: the service has started already; add actions before start')
    if (typeof handler !== 'function') throw new TypeError('add takes a name or contract, and a function')
    const problems = new WiringProblems()
    const schemas = new SchemaBook(problems)
    const endpoint = planAction(target, handler, this.name, schemas, problems)
    if (this.#wired.endpoints.has(endpoint.name))
      problems.add(`Two actions are named "${endpoint.name}"`, 'Rename one of them.')
    problems.throwIfAny(`The action "${endpoint.name}" cannot be added`)
    this.#wired.endpoints.set(endpoint.name, endpoint)
    return this
  }

  get log(): Logger {
    return this.#logger
  }

  async services(): Promise<readonly ServiceDescription[]> {
    await this.#ready()
    return this.#running?.directory.discover() ?? []
  }

  health(): Health {
    const problems: string[] = []
    if (this.#status !== 'started') problems.push(`The service is ${this.#status}.`)
    const instance = this.#running?.instance
    if (instance !== undefined && !instance.tail.isFollowing) problems.push('The event log cannot be followed.')
    for (const { halted } of instance?.runners.values() ?? []) if (halted !== undefined) problems.push(halted.message)
    return { status: this.#status, isReady: problems.length === 0, problems }
  }

  start(): Promise<void> {
    if (this.#stopping !== undefined)
      return Promise.reject(new TypeError('start: the service has been stopped; make a new one'))
    this.#starting ??= this.#start()
    for (const begin of this.#whenStarting.splice(0)) begin()
    return this.#starting
  }

  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop())
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  fail(thrown: unknown): void {
    if (this.#failure !== undefined) return
    this.#failure = toMicroError(thrown)
    this.#logger.fatal({ err: thrown }, 'the service ends because of an error it cannot go on with')
    void this.stop().then(async () => {
      for (const listener of this.#onFatal) await listener(this.#failure as MicroError)
    })
  }

  async #start(): Promise<void> {
    this.#status = 'starting'
    const release = holdProcess(this.#wired.runtime)
    try {
      await this.#open()
    } catch (error) {
      this.#status = 'stopped'
      await this.#close()
      throw error
    } finally {
      release()
    }
    // A stop may have been asked for while the service was starting; it goes on from here.
    if (this.#stopping === undefined) this.#status = 'started'
  }

  async #open(): Promise<void> {
    const { settings, runtime, modules, omitted } = this.#wired
    const instanceId = runtime.newId()
    const moduleSet = new ModuleSet(this.#wired.graph, (module, load) => this.#moduleContext(module, load, instanceId))
    const logging = modules.find(({ provides }) => provides === 'logger')
    this.#parts.opened('logger', async () => {
      await this.#logger.flush()
      await moduleSet.stop({ onError: (module, err) => this.#logger.error({ err, module }, 'a module failed to stop') })
    })
    if (logging !== undefined) this.#logger = (await moduleSet.create(logging)) as Logger
    for (const rule of omitted)
      this.#logger.warn({ rule }, 'left out: the event store cannot write to several streams at once')
    const host = { runtime, logger: this.#logger, service: this.name, instance: instanceId }
    const carrier: CallCarrier = {
      host,
      slots: new Slots(settings.concurrency),
      deadlines: new Deadlines(runtime),
      turns: new Turns(runtime),
      unknown: new UnknownOutcomes(),
      reads: { count: 0 },
    }
    this.#parts.opened('deadlines', async () => carrier.deadlines.stop())
    this.#running = await runService({
      wired: this.#wired,
      carrier,
      modules: moduleSet,
      parts: this.#parts,
      onFatal: (error) => this.fail(error),
      onDispatcher: (dispatcher) => (this.#dispatcher = dispatcher),
    })
    this.#logger.info({ version: this.version, actions: this.#wired.endpoints.size }, `${this.name} has started`)
  }

  async #stop(): Promise<void> {
    const wasStarting = this.#starting
    if (this.#status === 'new') this.#status = 'stopped'
    else if (this.#status !== 'stopped') this.#status = 'stopping'
    const release = holdProcess(this.#wired.runtime)
    // A start that is under way may wait for what never comes; without what it has opened it fails, and closes the rest.
    await this.#close()
    if (wasStarting !== undefined) await wasStarting.catch(ignoreForStartReportsIt)
    await this.#close()
    release()
    this.#status = 'stopped'
    this.#markStopped(this.#failure)
  }

  #close(): Promise<void> {
    return this.#parts.close((part, err) => this.#logger.error({ err, part }, 'a part of the service failed to close'))
  }

  get #dispatcherOnceStarted(): Dispatcher | undefined {
    return this.#status === 'started' ? this.#dispatcher : undefined
  }

  /** The call with what a start that had to be waited for has left of its time. */
  async #afterStart([target, payload, options = {}]: Parameters<Act>): Promise<{
    readonly dispatcher: Dispatcher
    readonly left: Parameters<Act>
  }> {
    const { runtime, settings } = this.#wired
    checkObject(options, 'act: options')
    const timeoutMs = checkTimeout(options.timeoutMs ?? settings.timeoutMs)
    const askedAt = runtime.monotonic()
    const dispatcher = await this.#ready(timeoutMs)
    const leftMs = Math.max(1, timeoutMs - (runtime.monotonic() - askedAt))
    return { dispatcher, left: [target, payload, { ...options, timeoutMs: leftMs }] }
  }

  /** The dispatcher, as soon as the service has started. */
  async #ready(timeoutMs: number = this.#wired.settings.timeoutMs): Promise<Dispatcher> {
    const dispatcher = this.#dispatcherOnceStarted
    if (dispatcher !== undefined) return dispatcher
    if (this.#status === 'stopping' || this.#status === 'stopped') throw this.#unavailable('has stopped')
    await this.#awaitStart(timeoutMs)
    return this.#ready(timeoutMs)
  }

  /** Waits for a start that is under way, or that somebody will yet ask for; nobody waits for ever. */
  #awaitStart(timeoutMs: number): Promise<void> {
    const asked = this.#starting ?? new Promise<void>((resolve) => this.#whenStarting.push(resolve))
    const start = asked
      .then(() => this.#starting)
      .catch((error: unknown) => {
        throw this.#unavailable('could not be started', error)
      })
    return inTime(this.#wired.runtime, timeoutMs, start, () =>
      this.#unavailable(
        this.#starting === undefined ? 'has not been started: call start()' : 'has not started in time',
      ),
    )
  }

  #unavailable(why: string, cause?: unknown): MicroError {
    return new MicroError('MICRO_UNAVAILABLE', `The service "${this.name}" ${why}.`, { service: this.name, cause })
  }

  async *#subscribe({ after, types, signal, live = true }: SubscribeToEventsOptions = {}): AsyncGenerator<
    readonly RecordedEvent[]
  > {
    await this.#ready()
    const store = this.#running?.instance.store
    if (store === undefined) return
    const filter = types === undefined ? undefined : { types }
    for await (const { events, caughtUp } of store.subscribe({ after, filter, signal })) {
      if (events.length > 0) yield events
      if (caughtUp && !live) return
    }
  }

  #moduleContext(module: ModuleDefinition, load: Load, instance: string): ModuleContext {
    const { runtime } = this.#wired
    return {
      service: this.name,
      version: this.version,
      instance,
      runtime,
      log: this.#logger.child({ module: module.name }),
      load,
      act: (async (...args: Parameters<Act>): Promise<unknown> => {
        if (this.#dispatcher === undefined)
          throw new TypeError(`Module "${module.name}" calls an action in create; actions can be called from start on`)
        return this.#dispatcher.act(args)
      }) as Act,
      fail: (error) => this.fail(error),
      onFatal: (listener) => void this.#onFatal.push(listener),
    }
  }
}

/** The error reaches whoever called `start`; `stop` only waits for it. */
function ignoreForStartReportsIt(): void {}
