import { nkeys } from 'nats'

type KeyPair = ReturnType<typeof nkeys.createUser>

/** A server that believes an operator, and a user of one of its accounts, as `nsc` would set them up. */
export function makeOperator(): { readonly config: string; readonly credentials: string } {
  const [operator, account, user] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createUser()]
  const limits = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 }
  const operatorToken = token('operator', operator, operator, {})
  const accountToken = token('account', account, operator, { limits, default_permissions: { pub: {}, sub: {} } })
  const userToken = token('user', user, account, { pub: {}, sub: {}, subs: -1, data: -1, payload: -1 })
  const seed = new TextDecoder().decode(user.getSeed())
  return {
    config: `operator: ${operatorToken}\nresolver: MEMORY\nresolver_preload: { ${account.getPublicKey()}: ${accountToken} }`,
    credentials: [
      '-----BEGIN NATS USER JWT-----',
      userToken,
      '------END NATS USER JWT------',
      '',
      '-----BEGIN USER NKEY SEED-----',
      seed,
      '------END USER NKEY SEED------',
      '',
    ].join('\n'),
  }
}

// https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/jwt
function token(type: string, subject: KeyPair, issuer: KeyPair, claims: object): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const head = encode({ typ: 'JWT', alg: 'ed25519-nkey' })
  const body = encode({
    jti: `test-${type}`,
    iat: Math.floor(Date.now() / 1000),
    iss: issuer.getPublicKey(),
    sub: subject.getPublicKey(),
    name: type,
    nats: { ...claims, type, version: 2 },
  })
  const signature = issuer.sign(new TextEncoder().encode(`${head}.${body}`))
  return `${head}.${body}.${Buffer.from(signature).toString('base64url')}`
}
