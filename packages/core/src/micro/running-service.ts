import { bindCommand } from '../cycle/command.ts'
import type { HandlerSurroundings } from '../cycle/handler-context.ts'
import type { CallCarrier, Instance } from '../cycle/instance.ts'
import { bindView } from '../cycle/run-view.ts'
import { MicroError, withErrorOptions } from '../errors/micro-error.ts'
import type { ModuleSet } from '../modules/module-set.ts'
import type { Stop, Transport } from '../ports/transport.ts'
import { ClockDifferences } from '../wire/clock-differences.ts'
import { describeEndpoint, serveEndpoint } from '../wire/serve-endpoint.ts'
import type { Endpoint } from '../wiring/endpoint.ts'
import { type BoundEndpoint, boundAction, boundCommand, boundView } from './bound-endpoint.ts'
import { catchUp } from './catch-up.ts'
import { Directory } from './directory.ts'
import { Dispatcher } from './dispatcher.ts'
import type { OpenedParts } from './opened-parts.ts'
import { openInstance } from './open-instance.ts'
import { RemoteCalls } from './remote-calls.ts'
import { refuseContradictions, warnOfContradictions } from './report-contradictions.ts'
import type { WiredService } from './wire-service.ts'

/** A service that has started. */
export interface RunningService {
  readonly dispatcher: Dispatcher
  readonly directory: Directory
  readonly instance: Instance
}

export interface RunServiceOptions {
  readonly wired: WiredService
  readonly carrier: CallCarrier
  readonly modules: ModuleSet
  /** Takes what was opened, so that it is closed in reverse, also when a later step fails. */
  readonly parts: OpenedParts
  readonly onFatal: (error: unknown) => void
  /** The dispatcher is there before the modules start: they may call actions then. */
  readonly onDispatcher: (dispatcher: Dispatcher) => void
}

/** Opens ports, brings models up to date, starts modules, and serves the actions; in this order, each closed in reverse. */
export async function runService(options: RunServiceOptions): Promise<RunningService> {
  const { wired, carrier, modules, parts } = options
  const { host } = carrier
  const opening = new AbortController()
  // Waits for what never comes end when the service is stopped meanwhile.
  parts.opened('opening', async () => opening.abort(new MicroError('MICRO_UNAVAILABLE', 'The service was stopped.')))
  const { signal } = opening
  const transport = await wired.transport.open(host, { signal })
  parts.opened('transport', () => transport.close({ deadlineMs: wired.settings.stopTimeoutMs }))
  const store = await wired.store.open(host, { signal })
  parts.opened('event store', () => store.close())
  const projections = await wired.projectionStore.open(host, { signal })
  parts.opened('projection store', () => projections.close())
  const instance = await openInstance(wired, store, projections, carrier, options.onFatal)
  instance.tail.start()
  parts.opened('tail', () => stopInstance(instance))
  await catchUp(instance)
  // Modules register what they take before the first of them can fail.
  parts.opened('modules', () =>
    modules.stop({
      except: 'logger',
      onError: (module, err) => host.logger.error({ err, module }, 'a module failed to stop'),
    }),
  )
  for (const module of wired.modules) await modules.create(module)
  const directory = new Directory(transport, host.runtime)
  const endpoints = new Map<string, BoundEndpoint>()
  const dispatcher = makeDispatcher(wired, carrier, transport, directory, endpoints)
  for (const [name, endpoint] of wired.endpoints)
    endpoints.set(name, bind(endpoint, wired, instance, modules, dispatcher))
  options.onDispatcher(dispatcher)
  await modules.start()
  const stops: Stop[] = []
  parts.opened('calls', () => endCalls(carrier, stops, wired.settings.stopTimeoutMs))
  const clocks = new ClockDifferences(host.runtime)
  const { version, namespace, contradictions } = wired.settings
  const serving = { transport, dispatcher, host, version, namespace, clocks, keys: wired.keys }
  const descriptions = Array.from(endpoints.values(), (bound) => describeEndpoint(bound, serving))
  if (contradictions === 'refuse') await refuseContradictions(descriptions, directory, host)
  for (const description of descriptions) stops.push(await serveEndpoint(description, serving))
  if (contradictions === 'warn' && descriptions.length > 0)
    void warnOfContradictions(descriptions, directory, host).catch(options.onFatal)
  return { dispatcher, directory, instance }
}

function makeDispatcher(
  { name, settings, keys }: WiredService,
  carrier: CallCarrier,
  transport: Transport,
  directory: Directory,
  endpoints: ReadonlyMap<string, BoundEndpoint>,
): Dispatcher {
  const { namespace, timeoutMs } = settings
  const remote = new RemoteCalls({ transport, directory, host: carrier.host, namespace, timeoutMs, keys })
  return new Dispatcher({ service: name, timeoutMs, carrier, endpoints, remote })
}

function bind(
  endpoint: Endpoint,
  wired: WiredService,
  instance: Instance,
  modules: ModuleSet,
  dispatcher: Dispatcher,
): BoundEndpoint {
  const { host } = instance
  const surroundings: HandlerSurroundings = {
    runtime: host.runtime,
    log: endpoint.module === undefined ? host.logger : host.logger.child({ module: endpoint.module }),
    load: modules.loadFor(endpoint.module),
    act: (call, args) => dispatcher.act(args, call),
  }
  const { homes } = wired.projections
  switch (endpoint.kind) {
    case 'command':
      return boundCommand(bindCommand(endpoint, homes, instance, surroundings), wired.name)
    case 'view':
      return boundView(bindView(endpoint, homes, instance, surroundings), wired.name)
    case 'action':
      return boundAction(endpoint, surroundings, wired.name)
  }
}

async function stopInstance({ tail, appends, runners }: Instance): Promise<void> {
  appends.stop()
  await tail.stop()
  for (const runner of runners.values()) await runner.stop()
}

/**
 * Takes no new calls, and lets those under way end, up to the deadline; then their callers are told. Actions that stop wait
 * for the calls that they serve, so these must end by the deadline as well.
 */
async function endCalls(
  { slots, deadlines, host }: CallCarrier,
  stops: readonly Stop[],
  deadlineMs: number,
): Promise<void> {
  const stopping = Promise.allSettled(stops.map((stop) => stop()))
  await new Promise<void>((resolve) => {
    const timer = host.runtime.setTimer(deadlineMs, resolve, { keepAlive: true })
    void Promise.all([slots.whenIdle(), stopping]).then(() => {
      timer.cancel()
      resolve()
    })
  })
  const stopped = new MicroError('MICRO_UNAVAILABLE', 'The service has stopped.')
  for (const call of deadlines.pending()) call.end(withErrorOptions(stopped, { outcome: call.outcome }))
  for (const result of await stopping) if (result.status === 'rejected') throw result.reason
}
