import { execFileSync, spawnSync } from 'node:child_process'
import { startServerProcess } from '../../test-e2e/servers/server-process.ts'

const IMAGE = 'nats:2'

/** Whether there is a Docker whose daemon answers. */
export function isDockerThere() {
  return spawnSync('docker', ['info'], { stdio: 'ignore', timeout: 10_000 }).status === 0
}

/** A container on a free port of this machine, gone when it is stopped. */
export async function startNatsInDocker() {
  // By itself, because it may take longer than a server may take to start.
  execFileSync('docker', ['pull', '--quiet', IMAGE], { stdio: ['ignore', 'ignore', 'inherit'] })
  const name = `micro-nats-${process.pid}`
  const args = ['run', '--rm', '--name', name, '--publish', '127.0.0.1::4222', IMAGE]
  const server = await startServerProcess('docker', args, /Server is ready/)
  const [url] = execFileSync('docker', ['port', name, '4222/tcp'], { encoding: 'utf8' }).split('\n')
  const stop = async () => {
    await server.stop()
    // The client may have been killed, and then its container runs on.
    spawnSync('docker', ['rm', '--force', name], { stdio: 'ignore' })
  }
  return { ...server, url, stop }
}
