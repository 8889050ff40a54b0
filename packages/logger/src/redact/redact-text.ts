import { REDACTED } from './redacted.ts'
import type { IsSensitiveKey } from './sensitive-keys.ts'

// Texts come from outside: each pattern begins where no other of its kind can begin inside it, so that time stays
// linear in the length of the text.
const HINT = /[:=<"'`]|eyJ|bearer|basic|-----BEGIN|\d/i
const PRIVATE_KEY = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g
const JSON_WEB_TOKEN = /(?<![\w-])eyJ[\w-]{6,}\.[\w-]+(?:\.[\w-]*)*/g
const URL_PASSWORD = /\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#"']*@/gi
const HEADER_LINE =
  /(?<![\w-])((?:set-?)?cookie2?|(?:proxy-?)?authorization)([ \t]{0,3}[:=][ \t]{0,3})(?![ \t]*[[{"'\\])[^\r\n]+/gi
const BEARER = /\b(bearer|negotiate)[ \t]{1,3}[\w.~+/=-]{8,}/gi
// "basic validation" is no credential: base64 of `name:password` has a capital, a digit or a sign in it.
const BASIC = /\b([Bb]asic|BASIC)[ \t]{1,3}(?=[a-z]*[A-Z0-9+/=])[\w+/=-]{6,}/g
const XML_ELEMENT = /<([\w:.-]{1,64})(>|\s[^<>]{0,200}>)[^<]+/g

const KEY = String.raw`(?<![\p{L}\p{N}_$.-])([\p{L}\p{N}_$][\p{L}\p{N}_$.-]{0,127})`
const KEY_AND_SIGN = new RegExp(String.raw`${KEY}(?:\\*["'\x60])?\s{0,3}(?:=>|[:=])\s{0,3}`, 'gu')
const KEY_AND_SPACE = new RegExp(String.raw`${KEY}\s{1,3}(?:(?:is|was)\s{1,3})?(?=["'\x60\p{L}\p{N}])`, 'gu')

// What lost its closing quote or bracket is redacted to the end of the text. A comma ends a value when another pair follows.
const VALUE = new RegExp(
  [
    String.raw`\[redacted\]`,
    String.raw`[[{][\s\S]*`,
    String.raw`\\*"(?:[^"\\]|\\[\s\S])*"?`,
    String.raw`\\*'(?:[^'\\]|\\[\s\S])*'?`,
    String.raw`(?:Bearer|Basic|Digest|ApiKey|Token)[ \t]+[^\s,;&]+`,
    String.raw`(?:[^\s,;&<]|,(?!\s|["'\w.-]{1,64}\s?[:=]))+`,
  ].join('|'),
  'iy',
)
// After a space only what is quoted or has a digit in it: "password is required" stays.
const VALUE_IN_PROSE = /"[^"]{2,}"|'[^']{2,}'|`[^`]{2,}`|(?=[^\s\d]*\d)[^\s"'`]{4,}/y

/**
 * Takes out of a text what looks like a secret: `password=…`, `"token": "…"`, headers, bearer tokens, JWTs, private keys
 * and passwords in URLs. A help for texts that should never have held one, not a promise: prose is not understood.
 */
export function redactText(text: string, isSensitive: IsSensitiveKey): string {
  if (!HINT.test(text)) return text
  const plain = text
    .replace(PRIVATE_KEY, REDACTED)
    .replace(URL_PASSWORD, `$1${REDACTED}@`)
    .replace(JSON_WEB_TOKEN, REDACTED)
    .replace(HEADER_LINE, `$1$2${REDACTED}`)
    .replace(BEARER, `$1 ${REDACTED}`)
    .replace(BASIC, `$1 ${REDACTED}`)
    .replace(XML_ELEMENT, (whole: string, name: string, rest: string) =>
      isSensitive(name) ? `<${name}${rest}${REDACTED}` : whole,
    )
  return redactAfter(redactAfter(plain, KEY_AND_SIGN, VALUE, isSensitive), KEY_AND_SPACE, VALUE_IN_PROSE, isSensitive)
}

/** Replaces the value behind each sensitive key. Other keys' values are read on: they may hold such a pair. */
function redactAfter(text: string, keys: RegExp, value: RegExp, isSensitive: IsSensitiveKey): string {
  let result = ''
  let done = 0
  for (const match of text.matchAll(keys)) {
    if (match.index < done || !isSensitive(match[1] ?? '')) continue
    const start = match.index + match[0].length
    value.lastIndex = start
    const found = value.exec(text)?.[0]
    if (found === undefined) continue
    result += text.slice(done, start) + REDACTED
    done = start + found.length
  }
  return result + text.slice(done)
}
