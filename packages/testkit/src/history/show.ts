import type { RecordedEvent } from '@micro/core'
import type { HistoryCall } from './history-call.ts'

/** More lines than this hide what they should show. */
const MOST_EVENTS = 12

export function showCall({
  client,
  via,
  action,
  payload,
  headAtCall,
  headAtAnswer,
  answer,
  ...call
}: HistoryCall): string {
  const told =
    answer.kind === 'ok'
      ? `ok${answer.repeated ? ' (repeated)' : ''} at ${answer.position} ${JSON.stringify(answer.response)}`
      : `${answer.kind} ${answer.code}, outcome ${answer.outcome}: ${answer.message}`
  const context = `${call.callersId}, while the log went from ${headAtCall} to ${headAtAnswer}, having met ${call.met}`
  return `${client} asks ${via}: ${action} ${JSON.stringify(payload)} (${context}) → ${told}`
}

export function showEvent({ position, stream, revision, type, data, metadata }: RecordedEvent): string {
  return `log ${position}: ${stream}@${revision} ${type} ${JSON.stringify(data)} (command ${JSON.stringify(metadata['commandId'])})`
}

export function showEvents(events: readonly RecordedEvent[]): readonly string[] {
  const left = events.length - MOST_EVENTS
  return [...events.slice(0, MOST_EVENTS).map(showEvent), ...(left > 0 ? [`log: … and ${left} more`] : [])]
}
