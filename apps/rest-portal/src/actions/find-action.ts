import { type Refusal, refusal } from '../errors/refusal.ts'
import type { Directory } from './directory.ts'
import type { ExposedAction } from './exposed-action.ts'

export interface Asked {
  readonly kind: 'command' | 'view'
  readonly name: string
  /** Absent: whichever service has it. */
  readonly service?: string | undefined
}

/**
 * The one action that an address means; at once when it is known.
 *
 * @throws Refusal `MICRO_NOT_FOUND`; when several services have one, `MICRO_INVALID` with status 409 and their addresses
 */
export function findAction(
  directory: Directory,
  { kind, name, service }: Asked,
): ExposedAction | Promise<ExposedAction> {
  const isThere = ({ serviceSlug }: ExposedAction): boolean => service === undefined || serviceSlug === service
  const isMeant = (action: ExposedAction): boolean => action.kind === kind && isThere(action)
  const theOneOf = (named: readonly ExposedAction[]): ExposedAction => {
    const meant = named.filter(isMeant)
    const running = meant.filter(({ isAway }) => !isAway)
    // Who has gone does not make an address ambiguous that another one has taken over.
    const [only, ...others] = running.length > 0 ? running : meant
    if (only === undefined) throw notFound(kind, named.find(isThere))
    if (others.length > 0) throw ambiguous(kind, [only, ...others])
    return only
  }
  const known = directory.known(name)
  return known.some(isMeant) ? theOneOf(known) : directory.find(name, isMeant).then(theOneOf)
}

/** `/commands/open-account`: enough where only one service has it. */
export function shortPath({ kind, actionSlug }: Pick<ExposedAction, 'kind' | 'actionSlug'>): string {
  return `/${kind}s/${actionSlug}`
}

/** `/services/bank/commands/open-account`: always right. */
export function fullPath(action: Pick<ExposedAction, 'kind' | 'serviceSlug' | 'actionSlug'>): string {
  return `/services/${action.serviceSlug}${shortPath(action)}`
}

function notFound(kind: Asked['kind'], other: ExposedAction | undefined): Refusal {
  if (other !== undefined) return refusal('MICRO_NOT_FOUND', `This is a ${other.kind}: it is at ${shortPath(other)}.`)
  return refusal('MICRO_NOT_FOUND', `No running service has a ${kind} of this name.`)
}

function ambiguous(kind: Asked['kind'], actions: readonly ExposedAction[]): Refusal {
  const paths = actions.map(fullPath)
  return refusal('MICRO_INVALID', `Several services have this ${kind}. Say which one: ${paths.join(' or ')}`, {
    status: 409,
    details: { problems: paths.map((path) => ({ path: '', message: `could be ${path}` })) },
  })
}
