import { metadataOf, type RecordedEvent } from '@micro/core'
import type { Anomaly } from './history-call.ts'
import { showEvent } from './show.ts'
import type { Step } from './steps.ts'

/** What must hold of the log whoever wrote it. */
export function checkLogOrder(log: readonly RecordedEvent[], steps: readonly Step<unknown>[]): readonly Anomaly[] {
  return [...checkPlaces(log), ...checkAppends(steps)]
}

function checkPlaces(log: readonly RecordedEvent[]): readonly Anomaly[] {
  const revisions = new Map<string, number>()
  const anomalies: Anomaly[] = []
  let before: RecordedEvent | undefined
  for (const event of log) {
    const found = (what: string): void =>
      void anomalies.push({
        check: 'the log is in order',
        what,
        excerpt: [before, event].flatMap((shown) => (shown === undefined ? [] : [showEvent(shown)])),
      })
    if (event.position <= (before?.position ?? 0)) found(`position ${event.position} comes after ${before?.position}`)
    const expected = (revisions.get(event.stream) ?? -1) + 1
    if (event.revision !== expected)
      found(`revision ${event.revision} of "${event.stream}" comes where ${expected} should`)
    revisions.set(event.stream, event.revision)
    before = event
  }
  return anomalies
}

function checkAppends(steps: readonly Step<unknown>[]): readonly Anomaly[] {
  const byCommand = new Map<string, Step<unknown>>()
  return steps.flatMap((step) => {
    const { events, commandId } = step
    if (commandId === undefined) return []
    const anomalies: Anomaly[] = []
    const isWhole = events.every((event, at) => {
      const metadata = metadataOf(event)
      return metadata?.index === at && metadata.count === events.length && metadata.commandId === commandId
    })
    if (!isWhole)
      anomalies.push({ check: 'an append is whole', what: `${commandId} is not`, excerpt: events.map(showEvent) })
    const earlier = byCommand.get(commandId)
    if (earlier !== undefined)
      anomalies.push({
        check: 'a command is done once',
        what: `${commandId} was done at ${earlier.position} and at ${step.position}`,
        excerpt: [...earlier.events, ...events].map(showEvent),
      })
    else byCommand.set(commandId, step)
    return anomalies
  })
}
