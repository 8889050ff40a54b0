import { isMicroError } from '../errors/micro-error.ts'
import type { Host } from '../ports/provider.ts'
import type { EndpointDescription } from '../ports/transport.ts'
import { WiringProblems } from '../wiring/wiring-problems.ts'
import type { Directory } from './directory.ts'
import { findContradictions } from './find-contradictions.ts'

const REMEDY = 'Make the change one that callers of both can live with, or start it as a new major version.'

/**
 * Before anything is served.
 *
 * @throws MicroError `MICRO_WIRING` naming each contradiction to an instance of this service that runs
 */
export async function refuseContradictions(
  own: readonly EndpointDescription[],
  directory: Directory,
  { service }: Host,
): Promise<void> {
  const problems = new WiringProblems()
  for (const { action, version, message } of findContradictions(own, await directory.discover()))
    problems.add(`"${action}" contradicts version ${version}, which runs: it ${message}`, REMEDY)
  problems.throwIfAny(`The service "${service}" cannot be started`)
}

/** Beside the start, which does not wait for it. */
export async function warnOfContradictions(
  own: readonly EndpointDescription[],
  directory: Directory,
  { logger }: Host,
): Promise<void> {
  try {
    const contradictions = findContradictions(own, await directory.discover())
    if (contradictions.length > 0)
      logger.warn({ contradictions }, 'actions of this service contradict those of an instance that runs')
  } catch (err) {
    // Nobody was asked, so nobody was contradicted; whatever else is wrong with the transport shows itself.
    if (!isMicroError(err)) throw err
    logger.debug({ err }, 'the running instances of this service could not be asked')
  }
}
