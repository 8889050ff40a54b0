import type { EventFilter, ReadAllOptions, ReadStreamOptions, SubscribeOptions } from '../ports/event-store.ts'
import { checkStream } from './check-writes.ts'
import { checkObject, shown } from '../values/shown.ts'

/** @throws TypeError for what no event store takes */
export function checkReadStream(stream: string, options: ReadStreamOptions): void {
  checkStream(stream)
  checkObject(options, 'readStream: options')
  checkCount('readStream', 'from', options.from, 0)
  checkCount('readStream', 'maxCount', options.maxCount, 0)
  checkDirection('readStream', options.direction)
}

/** @throws TypeError for what no event store takes */
export function checkReadAll(options: ReadAllOptions): void {
  checkObject(options, 'readAll: options')
  checkCount('readAll', 'after', options.after, 0)
  checkCount('readAll', 'maxCount', options.maxCount, 0)
  checkDirection('readAll', options.direction)
  checkFilter('readAll', options.filter)
}

/** @throws TypeError for what no event store takes */
export function checkSubscribe(options: SubscribeOptions): void {
  checkObject(options, 'subscribe: options')
  checkCount('subscribe', 'after', options.after, 0)
  checkFilter('subscribe', options.filter)
}

function checkCount(method: string, option: string, value: number | undefined, least: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= least)) return
  throw new TypeError(`${method}: ${option} must be a whole number from ${least} on, not ${shown(value)}`)
}

function checkDirection(method: string, direction: string | undefined): void {
  if (direction === undefined || direction === 'forwards' || direction === 'backwards') return
  throw new TypeError(`${method}: direction is 'forwards' or 'backwards', not ${shown(direction)}`)
}

function checkFilter(method: string, filter: EventFilter | undefined): void {
  for (const key of ['types', 'streamPrefixes'] as const) {
    const list: unknown = filter?.[key]
    if (list !== undefined && !(Array.isArray(list) && list.every((item) => typeof item === 'string')))
      throw new TypeError(`${method}: filter.${key} must be an array of strings`)
  }
}
