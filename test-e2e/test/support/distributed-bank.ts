import { PortalClient } from './portal-client.ts'
import { type Program, startProgram } from './program.ts'
import { inRoot } from './workspace.ts'

export interface DistributedBank extends Program {
  readonly url: string
  readonly client: PortalClient
  /** Ids of the other processes, as they were printed. */
  readonly pids: { readonly server: number | undefined; readonly banks: readonly number[]; readonly portal: number }
  /** All of them, this one included. */
  readonly all: readonly number[]
}

/** Runs what `npm run start:distributed` becomes after its build. */
export function runDistributed(folder: string, env: Readonly<Record<string, string>> = {}): Program {
  return startProgram([inRoot('scripts', 'distributed', 'run.mjs')], { cwd: folder, env: { PORT: '0', ...env } })
}

/** As `runDistributed`, and waits until it has printed who runs. */
export function startDistributed(folder: string, env?: Readonly<Record<string, string>>): Promise<DistributedBank> {
  return distributedBank(runDistributed(folder, env))
}

/** Waits until a program that becomes it has printed who runs. */
export async function distributedBank(program: Program): Promise<DistributedBank> {
  await program.printed(/^It stays dead .*\n.+\n/m)
  const output = program.output()
  const ids = (name: string): readonly number[] =>
    Array.from(output.matchAll(new RegExp(`^  ${name} +(\\d+)`, 'gm')), ([, id]) => Number(id))
  const [server] = ids('nats-server')
  const [portal = 0] = ids('portal')
  const pids = { server, banks: ids('bank \\d'), portal }
  const [, url = ''] = /The bank is open: (http:\S+)/.exec(output) ?? []
  const all = [program.pid, ...pids.banks, portal, ...(server === undefined ? [] : [server])]
  return { ...program, url, client: new PortalClient(url), pids, all }
}

/** Whether a process of this id runs. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false
    throw error
  }
}

/** One bank among others that share a folder and a NATS server. */
export async function startInstance(folder: string, natsUrl: string): Promise<Program> {
  const program = startProgram([inRoot('examples', 'bank', 'dist', 'bank-instance.js')], {
    cwd: folder,
    env: { NATS_URL: natsUrl },
  })
  await program.printed(/"msg":"bank has started"/)
  return program
}
