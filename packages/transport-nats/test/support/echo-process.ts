import { fileURLToPath } from 'node:url'
import { type ServerProcess, startServerProcess } from '../../../../test-e2e/servers/server-process.ts'

export const LOADER = new URL('../../../../scripts/typescript-loader.mjs', import.meta.url).href
const PROGRAM = fileURLToPath(new URL('echo-service.ts', import.meta.url))

/** Another process that serves a subject. */
export function startEchoProcess(servers: string, subject: string): Promise<ServerProcess> {
  const args = ['--conditions=@micro/source', '--import', LOADER, PROGRAM, servers, subject]
  return startServerProcess(process.execPath, args, /^serving$/m)
}
