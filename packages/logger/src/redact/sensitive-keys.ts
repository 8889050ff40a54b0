/** Found anywhere in a key once it is lower case without separators: `X-Api-Key` is `xapikey`. */
const FRAGMENTS =
  /passw|passphrase|passcode|pwd|secret|token|authorization|authheader|cookie|apikey|accesskey|privatekey|signingkey|encryptionkey|credential|pincode/

/** Short ones count as whole words only: `pin` is redacted, `shipping` and `spin` are not. */
const WORDS = /^(?:pass|pw|pin|otp|totp|jwt|bearer|cvv|cvc|ssn)s?$/

const GLUED_PASS = /pass$/
const NO_PASSWORD = /(?:by|com|sur|tres|over|under)pass$/
const LONGEST_KEY = 256
const MOST_CACHED = 2000

export type IsSensitiveKey = (key: string) => boolean

/** Tells by its name whether the value of a key is never to be seen; `extra` names are added to the built-in ones. */
export function sensitiveKeys(extra: readonly string[]): IsSensitiveKey {
  const extras = extra.map((name) => ({ compact: compactOf(name), phrase: phraseOf(name) }))
  const known = new Map<string, boolean>()

  function decide(key: string): boolean {
    const compact = compactOf(key)
    if (FRAGMENTS.test(compact)) return true
    if (GLUED_PASS.test(compact) && !NO_PASSWORD.test(compact)) return true
    const phrase = phraseOf(key)
    if (phrase.split(' ').some((word) => WORDS.test(word))) return true
    return extras.some((name) => name.compact === compact || ` ${phrase} `.includes(` ${name.phrase} `))
  }

  return (key) => {
    const cached = known.get(key)
    if (cached !== undefined) return cached
    const sensitive = decide(key.slice(0, LONGEST_KEY))
    if (known.size < MOST_CACHED && key.length <= LONGEST_KEY) known.set(key, sensitive)
    return sensitive
  }
}

// NFKC: full-width letters are another spelling of the same key, and what is invisible falls out with the separators.
function compactOf(key: string): string {
  return key
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '')
}

function phraseOf(key: string): string {
  return key
    .normalize('NFKC')
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .map((word) => word.replace(/\d+$/, ''))
    .filter((word) => word !== '')
    .join(' ')
}
