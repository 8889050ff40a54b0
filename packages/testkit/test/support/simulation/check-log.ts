import { LIMIT_AT_FIRST, objection, type Payload } from './bank-decisions.ts'
import { type Step, text } from './bank-state.ts'
import type { Violation } from './violation.ts'

/** What must hold of every prefix of the log, whoever wrote it and whatever anybody was told. */
export function checkLog(steps: readonly Step[]): readonly Violation[] {
  return [...steps.flatMap(checkStep), ...checkWholeCommands(steps)]
}

function checkStep(step: Step): readonly Violation[] {
  const { events, before, after, position } = step
  const violations: Violation[] = []
  const found = (check: string, what: string): void => void violations.push({ check, what: `${what} at ${position}` })
  for (const row of after.accounts.values())
    if (row.balance < 0) found('balances are never negative', `${row.id} has ${row.balance}`)
  let moved = 0
  for (const { type, data } of events) {
    const id = text(data, 'account')
    const amount = Number(data['amount'])
    if (type === 'money deposited') moved += amount
    if (type === 'money withdrawn') moved -= amount
    if (type === 'money withdrawn' && amount > (before.limit(id)?.limit ?? LIMIT_AT_FIRST))
      found('no withdrawal is above the limit', `${id} gives ${amount}`)
    if (type === 'money deposited' && before.account(id)?.isOpen !== true)
      found('nobody is paid into a closed account', `${id} gets ${amount}`)
    if (type === 'account opened' && objection('open account', { account: id }, before) !== undefined)
      found('an account is opened once', id)
    if (type === 'account closed' && before.account(id)?.balance !== 0) found('no money is in a closed account', id)
    if (type === 'owner bound' && (before.owner(text(data, 'owner'))?.account ?? '') !== '')
      found('an owner has one account', text(data, 'owner'))
  }
  if (events.length > 1 && moved !== 0) found('transfers keep the total', `${moved} came of nothing`)
  return violations
}

/** Each command stands in the log once, and as a whole. */
function checkWholeCommands(steps: readonly Step[]): readonly Violation[] {
  const violations: Violation[] = []
  const positions = new Map<string, number>()
  for (const { events, position } of steps) {
    const [first] = events
    const ref = refOf({ events })
    const isWhole = events.every(({ metadata }, at) => metadata['index'] === at && metadata['commandId'] === first?.id)
    if (!isWhole) violations.push({ check: 'an append is whole', what: `the events before ${position}` })
    const earlier = positions.get(ref)
    if (earlier !== undefined)
      violations.push({ check: 'a command is done once', what: `${ref} at ${earlier} and ${position}` })
    positions.set(ref, position)
  }
  return violations
}

/** The payload of the command that an append is of. */
export function payloadOf({ events }: Pick<Step, 'events'>): Payload {
  return (events[0]?.metadata['user'] as { readonly payload: Payload } | undefined)?.payload ?? {}
}

/** Whose command an append is. */
export function refOf(step: Pick<Step, 'events'>): string {
  return payloadOf(step).ref ?? 'nobody’s'
}
