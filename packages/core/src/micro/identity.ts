/** Who asks. Without an auth module everyone is anonymous unless the caller in the same process says otherwise. */
export interface Identity {
  /** Id of who asks; `undefined` for anonymous callers, who share one scope of command ids. */
  readonly subject: string | undefined
  readonly permissions: readonly string[]
  /** Whether this identity was given the permission. */
  can(permission: string): boolean
}

/** @example micro.act(depositMoney, payload, { identity: identityOf('alice', ['deposit']) }) */
export function identityOf(subject: string | undefined, permissions: readonly string[] = []): Identity {
  return Object.freeze({ subject, permissions, can: (permission: string) => permissions.includes(permission) })
}

export const ANONYMOUS: Identity = identityOf(undefined)
