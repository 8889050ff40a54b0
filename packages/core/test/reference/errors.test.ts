import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ERROR_CODES, type MicroErrorCode, type MicroErrorDetails } from '@micro/core'

const page = readFileSync(new URL('../../../../docs/reference/errors.md', import.meta.url), 'utf8')

const codes = Object.keys(ERROR_CODES).sort()

type NamedDetails<Code extends MicroErrorCode> = string extends keyof MicroErrorDetails<Code>
  ? never
  : keyof MicroErrorDetails<Code>

/** The type checker sees that this names the details that the types have. */
const DETAILS: { readonly [Code in MicroErrorCode]: Readonly<Record<NamedDetails<Code>, true>> } = {
  MICRO_INVALID: { problems: true },
  MICRO_UNAUTHENTICATED: {},
  MICRO_FORBIDDEN: { reason: true },
  MICRO_RULE_BROKEN: { reason: true },
  MICRO_NOT_FOUND: {},
  MICRO_CONFLICT: { streams: true },
  MICRO_DUPLICATE: { eventId: true, position: true },
  MICRO_ID_REUSED: {},
  MICRO_TIMEOUT: {},
  MICRO_CANCELLED: {},
  MICRO_OVERLOADED: {},
  MICRO_UNAVAILABLE: {},
  MICRO_PROJECTION_HALTED: { projection: true, position: true, eventType: true, reason: true },
  MICRO_TOO_LARGE: { limit: true, actual: true },
  MICRO_NOT_SUPPORTED: {},
  MICRO_WIRING: { problems: true },
  MICRO_PROTOCOL: {},
  MICRO_STORE_FULL: {},
  MICRO_STORE_CORRUPT: { place: true },
  MICRO_STORE_LOCKED: { holder: true },
  MICRO_INTERNAL: {},
}

/** Code → its section's text. */
const sections = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((section): [string, string] => {
      const [code = '', ...lines] = section.split('\n')
      return [code.trim(), lines.join('\n').split(/^## /m)[0] ?? '']
    }),
)

it('describes every code there is, once, and no other', () => {
  expect([...sections.keys()].sort()).toEqual(codes)
  expect(page.match(/^### /gm)).toHaveLength(codes.length)
})

it('tells of each code when it comes, what its details are and what to do', () => {
  for (const [code, text] of sections)
    for (const part of ['- **When:** ', '- **Details:** ', '- **Do:** '])
      expect(text, `${code} lacks ${part}`).toContain(part)
})

it('names the details that the type of the code has', () => {
  for (const [code, names] of Object.entries(DETAILS)) {
    const [, shape = ''] = /^- \*\*Details:\*\* ([\s\S]*?)\n- /m.exec(sections.get(code) ?? '') ?? []
    const [, members = ''] = /`\{(.*)\}`/.exec(shape) ?? []
    const top = members
      .replace(/\[.*\]/g, '')
      .split(',')
      .map((member) => member.replace(/[?:].*/s, '').trim())
    expect(
      top.filter((name) => name !== ''),
      code,
    ).toEqual(Object.keys(names))
    if (members === '') expect(shape, code).toBe('any JSON object, or none.')
  }
})

it('says what holds unless the thrower says otherwise as the code does', () => {
  const documented = Object.fromEntries(
    Array.from(page.matchAll(/^\| `(MICRO_\w+)` \| (yes|no) \| `(\w+)` \|$/gm), ([, code, retryable, outcome]) => [
      code,
      { retryable: retryable === 'yes', outcome },
    ]),
  )
  expect(documented).toEqual(ERROR_CODES)
})
