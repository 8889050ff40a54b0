import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findBinaries, versionOf } from './find-binaries.ts'
import { type ServerProcess, startServerProcess } from './server-process.ts'

export interface NatsBinary {
  readonly path: string
  readonly version: string
}

/** A nats-server that was started here. */
export interface NatsServer extends ServerProcess {
  /** As a client takes it: `127.0.0.1:4222`. */
  readonly url: string
  readonly port: number
}

export interface NatsServerOptions {
  /** @default the newest that is found */
  readonly binary?: string | undefined
  /** @default a free one */
  readonly port?: number | undefined
  /** More of the configuration file: accounts, users, limits. */
  readonly config?: string | undefined
}

/** How to get a server. Printed where there is none. */
export const HOW_TO_GET_NATS_SERVER =
  'no nats-server: GOBIN=~/.cache/micro/bin go install github.com/nats-io/nats-server/v2@v2.15.2, or apt-get install nats-server'

/** Every nats-server of this machine, one for each version, the newest first. */
export function findNatsServers(): readonly NatsBinary[] {
  const byVersion = new Map<string, NatsBinary>()
  for (const path of findBinaries('nats-server')) {
    const version = versionOf(path)
    if (!byVersion.has(version)) byVersion.set(version, { path, version })
  }
  return [...byVersion.values()].toSorted((one, other) =>
    other.version.localeCompare(one.version, 'en', { numeric: true }),
  )
}

/**
 * Starts a server on a free port of this machine with a temporary data folder, which goes with it.
 *
 * @throws Error that says how to get one, where there is none
 */
export async function startNatsServer(options: NatsServerOptions = {}): Promise<NatsServer> {
  const binary = options.binary ?? findNatsServers()[0]?.path
  if (binary === undefined) throw new Error(HOW_TO_GET_NATS_SERVER)
  const folder = mkdtempSync(join(tmpdir(), 'micro-nats-'))
  const config = join(folder, 'nats.conf')
  // JSON strings are strings of its configuration language as well.
  writeFileSync(
    config,
    `listen: "127.0.0.1:${options.port ?? -1}"\nstore_dir: ${JSON.stringify(folder)}\n${options.config ?? ''}\n`,
  )
  const forget = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    const server = await startServerProcess(binary, ['--config', config], /Server is ready/)
    const port = Number(/Listening for client connections on \S+:(\d+)/.exec(server.output())?.[1])
    const stop = async (): Promise<void> => {
      await server.stop()
      forget()
    }
    const kill = async (): Promise<void> => {
      await server.kill()
      forget()
    }
    return { ...server, url: `127.0.0.1:${port}`, port, kill, stop, [Symbol.asyncDispose]: stop }
  } catch (error) {
    forget()
    throw error
  }
}

/** A server to use, whoever runs it. */
export interface UsedNatsServer extends AsyncDisposable {
  readonly url: string
}

/**
 * The server at `NATS_URL`, which is left as it is; else one that is started here, and stopped with its user.
 *
 * @throws Error that says how to get one, where there is none
 */
export async function useNatsServer(): Promise<UsedNatsServer> {
  const url = process.env['NATS_URL']
  return url ? { url, [Symbol.asyncDispose]: async () => undefined } : startNatsServer()
}
