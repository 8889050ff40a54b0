import { invalid, type Refusal } from '../errors/refusal.ts'
import { keepsItsValue } from './json-number.ts'
import { COLON, COMMA, eachToken, NUMBER, OPEN_ARRAY, OPEN_OBJECT, STRING } from './json-tokens.ts'

export interface JsonLimits {
  readonly depth: number
  readonly keys: number
}

/** More than any honest client sends. */
export const JSON_LIMITS: JsonLimits = Object.freeze({ depth: 32, keys: 1_000 })

/** Names by which a value could reach what every object inherits. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor'])

/** One object or array around the place that is looked at. */
interface Level {
  /** Names so far; absent in an array. */
  readonly keys: Set<string> | undefined
  key: string
  index: number
}

/**
 * Refuses what `JSON.parse` accepts and changes without a word, or what is there to do harm: the second of two equal
 * keys, digits of numbers, `-0`, `__proto__` and `constructor` as keys, nesting and numbers of keys beyond the limits.
 *
 * @param text valid JSON: the caller has parsed it
 * @throws Refusal `MICRO_INVALID` with the place
 */
export function checkJson(text: string, limits: JsonLimits = JSON_LIMITS): void {
  const levels: Level[] = []
  let level: Level | undefined
  let keys = 0
  let expectsKey = false
  eachToken(text, (kind, start, end) => {
    switch (kind) {
      case NUMBER:
        if (!keepsItsValue(text.slice(start, end)))
          throw refuse(levels, 'is a number that cannot be kept exactly: send it as a string')
        break
      case STRING:
        if (!expectsKey || level === undefined) break
        if (++keys > limits.keys) throw refuse([], `must not have more than ${limits.keys} keys`)
        checkKey(text.slice(start, end), level, levels)
        break
      case COLON:
        expectsKey = false
        break
      case COMMA:
        if (level !== undefined) level.index++
        expectsKey = level?.keys !== undefined
        break
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        if (levels.length >= limits.depth) throw refuse([], `must not be nested more than ${limits.depth} levels deep`)
        expectsKey = kind === OPEN_OBJECT
        level = { keys: expectsKey ? new Set() : undefined, key: '', index: 0 }
        levels.push(level)
        break
      default:
        levels.pop()
        level = levels.at(-1)
    }
  })
}

function checkKey(token: string, level: Level, levels: readonly Level[]): void {
  // Two spellings of one name are one name.
  const key = token.includes('\\') ? (JSON.parse(token) as string) : token.slice(1, -1)
  level.key = key
  if (FORBIDDEN_KEYS.has(key)) throw refuse(levels, 'must not be a key')
  if (level.keys?.has(key) === true) throw refuse(levels, 'is there twice')
  level.keys?.add(key)
}

function refuse(levels: readonly Level[], message: string): Refusal {
  const path = levels
    .map(({ keys, key, index }) => `/${keys === undefined ? index : key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('')
  return invalid(`The body ${path === '' ? '' : `at ${path} `}${message}.`, path)
}
