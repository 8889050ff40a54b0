import { isSecret } from '@micro/core'
import { types } from 'node:util'
import { escapeControls } from '../redact/escape-controls.ts'
import { redactText } from '../redact/redact-text.ts'
import { REDACTED } from '../redact/redacted.ts'
import type { IsSensitiveKey } from '../redact/sensitive-keys.ts'
import { errorEntries, isError, redactStack } from './error-entries.ts'
import { LIMITS } from './limits.ts'

/** What a serialised value is made of: plain data that nothing can make `JSON.stringify` stumble over. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain }
export type PlainRecord = Record<string, Plain>

export interface Serializer {
  /** Fields of one line. Never throws, always ends, whatever it is given. */
  fields(value: unknown): PlainRecord
  /** A message. */
  text(value: unknown): string
}

const UNREADABLE = '[unreadable]'
const NAME_KEYS: ReadonlySet<string> = new Set(['name', 'key', 'header', 'field', 'param'])

/** Makes plain, bounded data of anything; `Secret`s and the values of sensitive keys are not even looked into. */
export function createSerializer(isSensitive: IsSensitiveKey): Serializer {
  return {
    fields(value) {
      const walk = new Walk(isSensitive)
      if (value === undefined || value === null) return {}
      if (typeof value !== 'object') return { value: walk.value(value, 1) }
      // `log.error(error, …)` from JavaScript, meant as the error of the line.
      const plain = isError(value) ? { err: walk.value(value, 1) } : walk.value(value, 0)
      return isRecord(plain) ? plain : { value: plain }
    },
    text(value) {
      const walk = new Walk(isSensitive)
      const plain = walk.value(value, 0)
      return typeof plain === 'string' ? plain : plain === null ? '' : JSON.stringify(plain)
    },
  }
}

function isRecord(value: Plain): value is PlainRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** One pass over the values of one line, with what is left of its limits. */
class Walk {
  readonly #isSensitive: IsSensitiveKey
  readonly #ancestors = new Set<object>()
  #values = LIMITS.values
  #characters = LIMITS.lineText

  constructor(isSensitive: IsSensitiveKey) {
    this.#isSensitive = isSensitive
  }

  value(value: unknown, depth: number): Plain {
    this.#values -= 1
    switch (typeof value) {
      case 'string':
        return this.#text(value, depth)
      case 'number':
        return Number.isFinite(value) ? value : String(value)
      case 'boolean':
        return value
      case 'undefined':
        return null
      case 'bigint':
        return this.#cut(String(value))
      case 'symbol':
        return this.#text(String(value), depth)
      case 'function':
        return '[function]'
      case 'object':
        if (value === null) return null
        try {
          return this.#object(value, depth)
        } catch {
          // A proxy, a getter or a toJSON of the caller's that throws. Its error may hold anything, so it is not shown.
          return UNREADABLE
        }
    }
  }

  #object(value: object, depth: number): Plain {
    if (isSecret(value)) return REDACTED
    if (this.#ancestors.has(value)) return '[circular]'
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return `[${value.byteLength} bytes]`
    if (types.isDate(value)) return dateText(value)
    if (types.isRegExp(value) || value instanceof URL) return this.#text(String(value), depth)
    if (types.isPromise(value)) return '[promise]'
    if (depth >= LIMITS.depth) return '[too deep]'
    if (types.isBoxedPrimitive(value)) return this.value(value.valueOf(), depth + 1)
    if (this.#values <= 0 || this.#characters <= 0) return '[too much]'
    this.#ancestors.add(value)
    try {
      return this.#container(value, depth)
    } finally {
      this.#ancestors.delete(value)
    }
  }

  #container(value: object, depth: number): Plain {
    if (isError(value)) return this.#error(value, depth)
    if (types.isMap(value)) return this.#record(mapEntries(value), depth, value.size)
    if (types.isSet(value)) return this.#list(value, depth, value.size)
    if (Array.isArray(value)) return this.#list(value, depth, value.length)
    const toJson = (value as { readonly toJSON?: unknown }).toJSON
    if (typeof toJson === 'function') {
      const json = toJson.call(value) as unknown
      if (json !== value) return this.value(json, depth + 1)
    }
    const keys = Object.keys(value)
    return this.#record(propertyEntries(value, keys), depth, keys.length)
  }

  #record(entries: Iterable<readonly [string, unknown]>, depth: number, size: number): PlainRecord {
    // Without a prototype `__proto__` is a key like any other.
    const record = Object.create(null) as PlainRecord
    let seen = 0
    // `{ name: 'password', value: '…' }`, as form fields and headers come.
    let named = ''
    const values: string[] = []
    for (const [key, entry] of entries) {
      if (seen >= LIMITS.entries || this.#values <= 0 || this.#characters <= 0) break
      seen += 1
      if (entry === undefined) continue
      const name = this.#key(key)
      if (typeof entry === 'string' && NAME_KEYS.has(key.toLowerCase())) named = entry
      if (/^values?$/i.test(key)) values.push(name)
      record[name] = this.#isSensitive(key) ? REDACTED : this.value(entry, depth + 1)
    }
    if (values.length > 0 && this.#isSensitive(named)) for (const name of values) record[name] = REDACTED
    if (seen < size) record['…'] = `${size - seen} more`
    return record
  }

  #list(entries: Iterable<unknown>, depth: number, size: number): readonly Plain[] {
    const list: Plain[] = []
    let previous: unknown
    for (const entry of entries) {
      if (list.length >= LIMITS.entries || this.#values <= 0 || this.#characters <= 0) break
      // `['authorization', '…']`, as raw headers and entries come.
      const hidden = typeof previous === 'string' && previous.length <= LIMITS.key && this.#isSensitive(previous)
      list.push(hidden && entry !== undefined ? REDACTED : this.value(entry, depth + 1))
      previous = hidden ? undefined : entry
    }
    if (list.length < size) list.push(`… ${size - list.length} more`)
    return list
  }

  #error(error: object, depth: number): PlainRecord {
    const { entries, stack } = errorEntries(error)
    const record = this.#record(entries, depth, entries.length)
    if (typeof stack === 'string')
      record['stack'] = this.#cut(redactStack(stack.slice(0, LIMITS.text), error, (text) => this.#clean(text)))
    return record
  }

  #text(text: string, depth: number): string {
    if (text.length <= LIMITS.text && depth < LIMITS.depth && /^\s*[[{]/.test(text)) {
      const parsed = parseJson(text)
      if (parsed !== undefined) return this.#cut(JSON.stringify(this.value(parsed, depth + 1)))
    }
    return this.#cut(this.#clean(text))
  }

  #clean(text: string): string {
    const shown = text.length > LIMITS.text ? text.slice(0, LIMITS.text) : text
    const clean = escapeControls(redactText(shown, this.#isSensitive))
    return shown === text ? clean : `${clean}… (${text.length} characters)`
  }

  #cut(text: string): string {
    if (this.#characters <= 0) return '[too much]'
    // What escaping added is not cut: a line ends a little late rather than in the middle of `\x1b`.
    this.#characters -= text.length
    return text
  }

  #key(key: string): string {
    const shown = this.#cut(this.#clean(key.slice(0, LIMITS.key)))
    return key.length > LIMITS.key ? `${shown}…` : shown
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function* propertyEntries(value: object, keys: readonly string[]): Iterable<readonly [string, unknown]> {
  for (const key of keys) {
    let entry: unknown
    try {
      entry = (value as Record<string, unknown>)[key]
    } catch {
      entry = UNREADABLE
    }
    yield [key, entry]
  }
}

function* mapEntries(map: ReadonlyMap<unknown, unknown>): Iterable<readonly [string, unknown]> {
  for (const [key, entry] of map) yield [typeof key === 'object' && key !== null ? '[object]' : String(key), entry]
}

// Of the prototype: a date of the caller's may have methods of its own.
function dateText(date: Date): string {
  return Number.isNaN(Date.prototype.getTime.call(date)) ? '[invalid date]' : Date.prototype.toISOString.call(date)
}
