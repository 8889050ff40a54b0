import { createHash } from 'node:crypto'
import { slug } from '@micro/core'

// https://semver.org/#is-there-a-suggested-regular-expression-regex-to-check-a-semver-string
const SEMVER =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/

/** A name as the Services API takes it: letters, digits, `-` and `_`. Words are joined by `-`. */
export function serviceToken(name: string): string {
  const token = slug(name)
  if (/^[\w-]+$/.test(token)) return token
  // Different names stay different.
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8)
  return `${token.replaceAll(/[^\w-]/g, '-')}-${digest}`
}

/** What the inboxes of a service begin with, where nobody has said otherwise. */
export function inboxPrefixOf(service: string): string {
  return `_INBOX.${serviceToken(service)}`
}

/** A version as the Services API takes it. */
export function serviceVersion(version: string): string {
  return SEMVER.test(version) ? version : '0.0.0'
}
