import { invalid } from '../errors/refusal.ts'
import { checkJson } from './check-json.ts'

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const BYTE_ORDER_MARK = '\uFEFF'

/**
 * The value of a body, or a refusal: nothing in it is changed, dropped or guessed.
 *
 * @throws Refusal `MICRO_INVALID`
 */
export function readJson(body: Uint8Array): unknown {
  const text = decode(body)
  if (text.startsWith(BYTE_ORDER_MARK)) throw invalid('The body begins with a byte order mark. Send it without.')
  const value = parse(text)
  checkJson(text)
  return value
}

function decode(body: Uint8Array): string {
  try {
    return UTF_8.decode(body)
  } catch {
    throw invalid('The body is not valid UTF-8.')
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    // The parser's own words quote the body.
    const place = /position \d+/.exec(error instanceof Error ? error.message : '')?.[0]
    throw invalid(`The body is not valid JSON${place === undefined ? '' : ` (${place})`}.`)
  }
}
