import type {
  AppendResult,
  EventStore,
  EventStoreProvider,
  Host,
  IoOptions,
  ReadAllOptions,
  ReadStreamOptions,
  RecordedEvent,
  StreamWrite,
  SubscribeOptions,
  SubscriptionBatch,
} from '@micro/core'
import { injectedFault } from './fault-kinds.ts'
import type { Faults } from './faults.ts'
import { misdeliver } from './misdeliver.ts'

/** The provider's log as a service meets it over a bad line. What is not broken keeps every promise of the port. */
export function faultyEventStore(provider: EventStoreProvider, faults: Faults): EventStoreProvider {
  return {
    ...provider,
    async open(host, options) {
      // What was sent arrives though its sender has closed: hence a handle of its own.
      return new FaultyEventStore(await provider.open(host, options), await provider.open(host, options), faults, host)
    },
  }
}

class FaultyEventStore implements EventStore {
  readonly #store: EventStore
  readonly #line: EventStore
  readonly #faults: Faults
  readonly #host: Host
  /** Appends that are on the line. */
  readonly #sent = new Set<Promise<unknown>>()
  #isClosed = false

  constructor(store: EventStore, line: EventStore, faults: Faults, host: Host) {
    this.#store = store
    this.#line = line
    this.#faults = faults
    this.#host = host
  }

  get id(): string {
    return this.#store.id
  }

  append(writes: readonly StreamWrite[]): Promise<AppendResult> {
    return this.#isClosed ? Promise.reject(injectedFault('append', 'refused')) : this.#track(this.#append(writes))
  }

  async #append(writes: readonly StreamWrite[]): Promise<AppendResult> {
    const [faults, { runtime }] = [this.#faults, this.#host]
    const fault = faults.next('append')
    await faults.transit('append', 'request', runtime)
    if (fault === 'refused' || fault === 'request lost') throw injectedFault('append', fault)
    if (fault === 'request late') {
      faults.arriveLate(runtime, () => this.#track(this.#line.append(writes)))
      throw injectedFault('append', fault)
    }
    if (fault === 'doubled') await Promise.allSettled([this.#line.append(writes)])
    const [result] = await Promise.allSettled([this.#line.append(writes)])
    await faults.transit('append', 'answer', runtime)
    if (fault === 'answer lost') throw injectedFault('append', fault)
    if (result.status === 'rejected') throw result.reason
    return result.value
  }

  readStream(stream: string, options: ReadStreamOptions = {}): AsyncIterable<readonly RecordedEvent[]> {
    return this.#read(() => this.#store.readStream(stream, options), options)
  }

  readAll(options: ReadAllOptions = {}): AsyncIterable<readonly RecordedEvent[]> {
    return this.#read(() => this.#store.readAll(options), options)
  }

  /** Read somewhere on the way: what arrives may be old already. */
  async *#read(
    begin: () => AsyncIterable<readonly RecordedEvent[]>,
    { signal }: IoOptions,
  ): AsyncGenerator<readonly RecordedEvent[], void, void> {
    await this.#begin(signal)
    for await (const batch of begin()) {
      await this.#faults.transit('read', 'answer', this.#host.runtime, signal)
      yield batch
    }
  }

  async head(options: IoOptions = {}): Promise<number> {
    await this.#begin(options.signal)
    const head = await this.#store.head(options)
    await this.#faults.transit('read', 'answer', this.#host.runtime, options.signal)
    return head
  }

  async #begin(signal: AbortSignal | undefined): Promise<void> {
    await this.#faults.transit('read', 'request', this.#host.runtime, signal)
    if (this.#faults.next('read') !== undefined) throw injectedFault('read', 'refused')
  }

  subscribe(options: SubscribeOptions = {}): AsyncIterable<SubscriptionBatch> {
    return misdeliver(this.#store.subscribe(options), this.#faults, this.#host.runtime, options.signal)
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#store.close()
    // Nobody waits for what is late, and it still needs its line.
    void this.#closeLine().catch((error: unknown) =>
      this.#host.logger.warn({ err: error }, 'the line of a faulty event store could not be closed'),
    )
  }

  async #closeLine(): Promise<void> {
    await this.#faults.arrived()
    while (this.#sent.size > 0) await Promise.allSettled(this.#sent)
    await this.#line.close()
  }

  #track<T>(sending: Promise<T>): Promise<T> {
    this.#sent.add(sending)
    const forget = (): void => void this.#sent.delete(sending)
    sending.then(forget, forget)
    return sending
  }
}
