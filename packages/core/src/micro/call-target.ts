import type { Contract } from '../sheets/contract.ts'

/** What a call names: an action of a certain service, or an action wherever it is. */
export interface CallTarget {
  readonly name: string
  readonly service: string | undefined
  readonly kind?: Contract['kind'] | undefined
}

/** @throws TypeError for anything but a contract or a name */
export function readTarget(target: unknown): CallTarget {
  if (typeof target === 'string') return { name: target, service: undefined, kind: undefined }
  if (typeof target === 'object' && target !== null && 'name' in target && 'service' in target) {
    const { name, service } = target
    if (typeof name === 'string' && typeof service === 'string') return target as CallTarget
  }
  throw new TypeError(
    'act and call take a contract (defineCommand, defineViewContract, defineAction), an address { service, name }, or a name',
  )
}
