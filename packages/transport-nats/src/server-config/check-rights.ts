import { subjectOf } from '@micro/core'
import type { ConfigProblems } from './config-problems.ts'
import type { CheckedService } from './read-services.ts'
import { ownSubjects } from './subjects.ts'

/** What the services, each right in itself, are to one another. */
export function checkRights(services: readonly CheckedService[], namespace: string, problems: ConfigProblems): void {
  const served = new Map(
    services.flatMap(({ name, serves }) => serves.map((action) => [subjectOf(namespace, name, action), name] as const)),
  )
  for (const service of services) {
    const { name, calls, publishes, subscribes } = service
    for (const action of calls === 'everything' ? [] : calls)
      if (!served.has(subjectOf(namespace, action.service, action.name)))
        problems.add(
          `The service "${name}" calls "${action.name}" of "${action.service}", which nobody here serves`,
          `Add it to what "${action.service}" serves.`,
        )
    for (const subject of publishes)
      if (served.has(subject))
        problems.add(`The service "${name}" publishes on "${subject}", which is an action`, 'Name it under calls.')
      else if (isOf(namespace, subject) && !subject.startsWith(ownSubjects(namespace, name)))
        problems.add(
          `The service "${name}" publishes on "${subject}", which is not its own`,
          `Begin what it publishes with "${ownSubjects(namespace, name)}", or with no "${namespace}" at all.`,
        )
    for (const subject of subscribes)
      if (served.has(subject))
        problems.add(
          `The service "${name}" subscribes to "${subject}", which is an action of "${served.get(subject)}"`,
          'Only who serves an action gets its requests.',
        )
  }
}

function isOf(namespace: string, subject: string): boolean {
  return subject === namespace || subject.startsWith(`${namespace}.`)
}
