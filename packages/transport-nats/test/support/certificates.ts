import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Paths of files. */
export interface Certificates extends Disposable {
  readonly folder: string
  readonly ca: string
  readonly server: KeyPair
  readonly client: KeyPair
}

interface KeyPair {
  readonly cert: string
  readonly key: string
}

/** An authority of its own, and what it has signed for a server on this machine and for a client; good for a day. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'micro-certificates-'))
  const openssl = (...args: readonly string[]): void =>
    void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe', timeout: 20_000 })
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '1', '-subj', '/CN=test authority')
  writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1')
  for (const name of ['server', 'client']) {
    openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
    const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '1', '-extfile', 'names']
    openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, ...signing)
  }
  const pair = (name: string): KeyPair => ({ cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) })
  return {
    folder,
    ca: join(folder, 'ca.pem'),
    server: pair('server'),
    client: pair('client'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
