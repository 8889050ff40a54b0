// Made docs/reference/events-format-1.jsonl, once. No test runs this: a log that is made anew proves nothing about old ones.
// From packages/core, on a Node that runs TypeScript (22.18 or newer):
//   node --conditions=@micro/source test/reference/make-events-format-1.ts
import { existsSync, writeFileSync } from 'node:fs'
import {
  createMicro,
  createUuidV7,
  defineCommand,
  defineEvents,
  defineRule,
  type EventStore,
  type Host,
  identityOf,
  memoryEventStore,
  type Runtime,
  systemRuntime,
} from '@micro/core'
import { ASKED, ASKED_OF_ACTION, bankOn, paySalary } from './format-1-service.ts'

const FILE = new URL('../../../../docs/reference/events-format-1.jsonl', import.meta.url)

/** A clock that moves when it is told to, and chance out of a counter. */
function fixedRuntime(): Runtime & { moveOn(): void } {
  let time = Date.UTC(2026, 10, 24, 12)
  let drawn = 0
  const random32 = (): number => Math.imul(++drawn, 2654435761) >>> 0
  const real = systemRuntime()
  return {
    now: () => time,
    monotonic: () => real.monotonic(),
    setTimer: (ms, callback, options) => real.setTimer(ms, callback, options),
    yieldTurn: (callback) => real.yieldTurn(callback),
    random: () => random32() / 2 ** 32,
    newId: createUuidV7(() => time, random32),
    moveOn: () => void (time += 1_001),
  }
}

const silent = (): void => undefined
const logger: Host['logger'] = {
  trace: silent,
  debug: silent,
  info: silent,
  warn: silent,
  error: silent,
  fatal: silent,
  child: () => logger,
  flush: () => Promise.resolve(),
}

/** What this framework did not write, and what another service wrote: readers have to leave both alone. */
async function addOthers(store: EventStore, runtime: Runtime, provider: ReturnType<typeof memoryEventStore>) {
  const time = new Date(runtime.now()).toISOString()
  await store.append([
    {
      stream: 'elsewhere/inbox',
      expected: 'no-stream',
      events: [
        {
          id: '6f1c2f9e-95cc-4b6c-a1c8-0f1f3b8f7d55',
          type: 'money deposited',
          data: { account: 'ann', amount: 1_000_000 },
          time,
          metadata: { source: 'a program that is not ours' },
        },
      ],
    },
  ])
  const payload = { type: 'object', properties: { account: { type: 'string' } }, required: ['account'] } as const
  const note = defineCommand('note account', { service: 'audit', payload })
  const emits = defineEvents({ 'account opened': payload })
  const rule = defineRule(note, {
    emits,
    stream: ({ account }) => `account-${account}`,
    events: (data) => [{ type: 'account opened', data }],
  })
  const audit = createMicro({ name: 'audit', store: provider, runtime, sheets: { rules: [rule] } })
  await audit.start()
  await audit.act(note, { account: 'ann' }, { commandId: 'note-1' })
  await audit.stop()
}

async function main(): Promise<void> {
  if (existsSync(FILE)) throw new Error('The log of format 1 exists. It is never made anew.')
  const runtime = fixedRuntime()
  const provider = memoryEventStore()
  const bank = bankOn(provider, runtime)
  await bank.start()
  for (const { contract, payload, commandId, subject, correlationId } of ASKED) {
    runtime.moveOn()
    await bank.act(contract, payload, { commandId, correlationId, identity: identityOf(subject) })
  }
  runtime.moveOn()
  const { payload, commandId, subject } = ASKED_OF_ACTION
  await bank.act(paySalary, payload, { commandId, identity: identityOf(subject) })
  await bank.stop()
  runtime.moveOn()
  const store = await provider.open({ runtime, logger, service: 'bank', instance: 'maker' })
  await addOthers(store, runtime, provider)
  const lines: string[] = []
  for await (const batch of store.readAll())
    for (const { id, type, data, stream, revision, position, time, metadata } of batch)
      lines.push(JSON.stringify({ id, type, data, stream, revision, position, time, metadata }))
  await store.close()
  writeFileSync(FILE, `${lines.join('\n')}\n`)
}

await main()
