import { type EventStore, isMicroError, Positions } from '@micro/core'
import type { HistoryCall } from '../../../src/history/index.ts'
import { ACCOUNTS } from './client.ts'
import type { Violation } from './violation.ts'
import type { BankInstance } from './instance.ts'

const CONCURRENCY = 60

/**
 * What an instance owes once all faults are over: nobody holds a slot or a lane any more, and each command of the past is
 * still known.
 */
export async function tryService(
  instances: readonly BankInstance[],
  history: readonly HistoryCall[],
): Promise<readonly Violation[]> {
  const violations: Violation[] = []
  const commands = history.filter(({ action }) => action !== 'account' && action !== 'everything')
  const byPayload = new Map(commands.map((call) => [JSON.stringify(call.payload), call]))
  for (const { name, micro } of instances) {
    const views = Array.from({ length: CONCURRENCY }, () => micro.act('account', { account: 'a' }, { timeoutMs: 100 }))
    const failed = (await Promise.allSettled(views)).find(({ status }) => status === 'rejected')
    if (failed !== undefined) violations.push({ check: 'slots are free again', what: `${name} answers no views` })
    for (const id of ACCOUNTS) {
      const payload = { ref: `last-${name}-${id}`, account: id, amount: 1 }
      const told = await refusalOf(micro.act('deposit money', payload, { timeoutMs: 500 }))
      if (told !== undefined && !told.includes('not open'))
        violations.push({ check: 'lanes are free again', what: `${name} answers a deposit to ${id}: ${told}` })
    }
    for (const { callersId: ref, action, payload } of byPayload.values()) {
      const told = await refusalOf(micro.act(action, payload, { commandId: ref, timeoutMs: 500 }))
      if (told?.includes('not done in time') === true)
        violations.push({ check: 'lanes are free again', what: `${name} does not answer ${ref}` })
    }
  }
  return violations
}

/** Every row of every model, as each instance has it. */
export async function modelsOf(
  instances: readonly BankInstance[],
  reader: EventStore,
): Promise<ReadonlyMap<string, unknown>> {
  const models = new Map<string, unknown>()
  for (const { name, micro } of instances) {
    const positions = new Positions()
    positions.reach(reader.id, await reader.head())
    const asked = micro.act('everything', {}, { positions, timeoutMs: 5_000 })
    models.set(name, await asked.catch((error: unknown) => String(error)))
  }
  return models
}

/** What an instance did amiss that neither the log nor an answer shows. */
export function brokenThings(instances: readonly BankInstance[]): readonly Violation[] {
  return instances.flatMap(({ name, logs, overlaps }) => [
    // Services answer refusals, and log as errors only what must not happen.
    ...logs
      .flatMap((log) => log.of('error', 'fatal'))
      .map(({ message, fields }) => ({
        check: 'nothing breaks',
        what: `${name}: ${message}: ${String(fields['err'])}`,
      })),
    ...Array.from(overlaps, (id) => ({
      check: 'runs of one command do not run beside each other',
      what: `${name} appended ${id} twice at once`,
    })),
  ])
}

async function refusalOf(call: Promise<unknown>): Promise<string | undefined> {
  const [answer] = await Promise.allSettled([call])
  if (answer.status === 'fulfilled') return undefined
  return isMicroError(answer.reason) ? answer.reason.message : String(answer.reason)
}
