import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ERROR_CODES, type MicroErrorCode, type MicroErrorDetails } from '@micro/core'

const page = readFileSync(new URL('../../../../docs/reference/errors.md', import.meta.url), 'utf8')

const codes = Object.keys(ERROR_CODES)

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
  expect(new Set(sections.keys())).toEqual(new Set(codes))
  expect(page.match(/^### /gm)).toHaveLength(codes.length)
})

it('tells of each code when it comes, what its details are and what to do', () => {
  const parts = ['- **When:** ', '- **Details:** ', '- **Do:** ']
  const lacking = Array.from(sections, ([code, text]) => [code, parts.filter((part) => !text.includes(part))])
  expect(lacking.filter(([, missing]) => missing?.length !== 0)).toEqual([])
})

/** The names in `{ streams: [{ … }], limit? }`; `undefined` where the page says that there is no shape. */
function detailsIn(text: string): string[] | undefined {
  const [, shape = ''] = /^- \*\*Details:\*\* ([\s\S]*?)\n- /m.exec(text) ?? []
  if (shape === 'any JSON object, or none.') return undefined
  const [, members = ''] = /`\{(.*)\}`/.exec(shape) ?? []
  const outer = members.replace(/\[.*\]/g, '').split(',')
  return outer.map((member) => member.replace(/[?:].*/s, '').trim())
}

it('names the details that the type of the code has', () => {
  const documented = Object.fromEntries(Array.from(sections, ([code, text]) => [code, detailsIn(text) ?? []]))
  const typed = Object.fromEntries(Object.entries(DETAILS).map(([code, names]) => [code, Object.keys(names)]))
  expect(documented).toEqual(typed)
})

it('says what holds unless the thrower says otherwise as the code does', () => {
  const documented = Object.fromEntries(
    Array.from(page.matchAll(/^\| `(MICRO_\w+)` \| (yes|no) \| `(\w+)` \|$/gm), ([, code = '', retryable, outcome]) => [
      code,
      { retryable: retryable === 'yes', outcome },
    ]),
  )
  expect(documented).toEqual(ERROR_CODES)
})
