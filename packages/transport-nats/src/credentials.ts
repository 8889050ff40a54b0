/** Who this client is to the server: one of these. */
export type NatsCredentials =
  | { readonly user: string; readonly password: string }
  | { readonly token: string }
  /** Seed of a key pair, as `nk -gen user` prints it; the server knows the public half only. */
  | { readonly nkeySeed: string }
  /** As `nsc` writes it. Read again at each connect, so that a renewed one is taken up. */
  | { readonly credentialsFile: string }

const SHAPES: readonly (readonly string[])[] = [['user', 'password'], ['token'], ['nkeySeed'], ['credentialsFile']]

/** @throws TypeError that shows no secret */
export function checkCredentials(credentials: unknown): asserts credentials is NatsCredentials {
  const entries = typeof credentials === 'object' && credentials !== null ? Object.entries(credentials) : []
  const names = entries.map(([name]) => name).toSorted()
  const isKnown = SHAPES.some((shape) => JSON.stringify(shape.toSorted()) === JSON.stringify(names))
  if (!isKnown || entries.some(([, value]) => typeof value !== 'string' || value === ''))
    throw new TypeError(
      'natsTransport: credentials must be { user, password }, { token }, { nkeySeed } or { credentialsFile }, all strings',
    )
}
