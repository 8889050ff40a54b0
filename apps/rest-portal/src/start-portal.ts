import { Directory } from './actions/directory.ts'
import { FaultLog } from './errors/log-faults.ts'
import { createServer } from './http/create-server.ts'
import { watchIdleConnections } from './http/idle-connections.ts'
import { listen } from './http/listen.ts'
import { refuseTheRest } from './http/refuse-methods.ts'
import { type PortalOptions, readSettings } from './options.ts'
import { addActionRoutes } from './routes/command-and-view-routes.ts'
import { addHealthRoutes } from './routes/health-routes.ts'
import { addOpenApiRoute } from './routes/openapi-route.ts'
import { addPageRoutes } from './routes/page-routes.ts'

const SWEEP_MS = 50

/** A portal that listens. */
export interface Portal extends AsyncDisposable {
  /** Where it is, without a slash at the end. */
  readonly url: string
  readonly port: number
  /** Takes no new requests, lets those under way end up to `closeTimeoutMs`. Idempotent; the service goes on. */
  close(): Promise<void>
}

/**
 * Opens a started service, and all services that it can reach, to HTTP.
 *
 * @throws MicroError `MICRO_UNAVAILABLE` when the port is taken
 * @throws TypeError for an option that does not exist
 * @example
 * await using portal = await startPortal({ micro, port: 3000 })
 */
export async function startPortal(options: PortalOptions): Promise<Portal> {
  const { micro, logger = micro.log.child({ name: 'rest portal' }) } = options
  const settings = readSettings(options)
  const faults = new FaultLog(logger)
  const directory = new Directory({
    micro,
    refreshMs: settings.refreshMs,
    onFailure: (error) => faults.own(error, undefined),
  })
  const app = await createServer(settings, faults)
  const closeIdle = watchIdleConnections(app.server)
  let closing: Promise<void> | undefined
  refuseTheRest(app)
  addActionRoutes(app, { micro, directory, faults, timeoutMs: settings.timeoutMs })
  addHealthRoutes(app, micro, () => closing !== undefined)
  addOpenApiRoute(app, directory, micro)
  await addPageRoutes(app)

  const close = async (): Promise<void> => {
    directory.stop()
    // A connection whose answer leaves just now is idle a moment later, and would be waited for as long as it may stay open.
    const sweep = setInterval(closeIdle, SWEEP_MS)
    const timer = setTimeout(() => app.server.closeAllConnections(), settings.closeTimeoutMs)
    await app.close()
    clearTimeout(timer)
    clearInterval(sweep)
  }
  try {
    await directory.start()
    const { host } = settings
    const port = await listen(app, host, settings.port, settings.nextFreePort)
    return {
      url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
      port,
      close: () => (closing ??= close()),
      [Symbol.asyncDispose]: () => (closing ??= close()),
    }
  } catch (error) {
    await close()
    throw error
  }
}
