import { invalidError } from '../values/invalid-error.ts'
import { sealJson, type SealOptions } from '../values/seal-json.ts'
import type { Endpoint } from '../wiring/endpoint.ts'

const WITH_SECRETS: SealOptions = Object.freeze({ allowSecrets: true })

/**
 * What makes of a given payload the one that the action gets: a command's or view's is checked to be JSON, copied and frozen
 * once; an action gets the caller's own.
 */
export function payloadCheck({ name, kind, payload }: Endpoint): (given: unknown) => unknown {
  const what = `the payload of "${name}"`
  const isObject = payload?.json['type'] === 'object'
  return (given) => {
    // Nothing at all says as much as an empty object does, where an object is wanted.
    let checked = given === undefined && isObject ? {} : given
    if (kind !== 'action' && checked !== undefined) checked = sealJson(checked, what, WITH_SECRETS)
    const problems = payload?.validate(checked)
    if (problems !== undefined) throw invalidError(what, problems)
    return checked
  }
}
