import { canonicalJson } from '../values/canonical-json.ts'
import { deriveId } from './derive-id.ts'
import { MICRO_NAMESPACE } from './namespace.ts'

/**
 * The scope within which a caller's ids are distinct: one service, one action, one subject. It is
 * `deriveId(MICRO_NAMESPACE, name)` where name is the RFC 8785 JSON of `[service, action, subject]`, with `null` for the
 * subject of anonymous callers, who share one scope. Part of the stored format.
 */
export function scopeId(service: string, action: string, subject: string | undefined): string {
  return deriveId(MICRO_NAMESPACE, canonicalJson([service, action, subject ?? null]))
}

/**
 * `scopeId` for one action, which remembers up to twice `maxSubjects` subjects (the younger generation and the one
 * before it): a hit costs a look-up, a miss about 2 µs.
 */
export function createScopeIds(service: string, action: string, maxSubjects = 1000): (subject?: string) => string {
  const anonymous = scopeId(service, action, undefined)
  let young = new Map<string, string>()
  let old = new Map<string, string>()
  return (subject) => {
    if (subject === undefined) return anonymous
    const known = young.get(subject)
    if (known !== undefined) return known
    const id = old.get(subject) ?? scopeId(service, action, subject)
    if (young.size >= maxSubjects) {
      old = young
      young = new Map()
    }
    young.set(subject, id)
    return id
  }
}
