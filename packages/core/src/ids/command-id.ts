import { deriveId } from './derive-id.ts'

/**
 * The id of a command, which is also the id of its first event. It leads with the time of a caller's id that is
 * time-ordered (see `deriveId`). Part of the stored format.
 *
 * @param scope from `scopeId`
 * @param callersId what the caller sent, checked by `checkCallersId`
 */
export function commandIdOf(scope: string, callersId: string): string {
  return deriveId(scope, callersId)
}

/**
 * The id of a command's event: the command's own for the first, else `deriveId(commandId, index)` with the index in
 * decimal. It leads with the same time as the command's id if that is version 8. Part of the stored format.
 *
 * @param index the event's place among all events of the command, in stored order
 */
export function eventIdOf(commandId: string, index: number): string {
  return index === 0 ? commandId : deriveId(commandId, String(index))
}
