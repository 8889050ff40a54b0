import { createHash, createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  canonicalJson,
  commandIdOf,
  deriveId,
  eventIdOf,
  type EventStoreProvider,
  identityOf,
  isSecret,
  type JsonObject,
  type JsonValue,
  memoryEventStore,
  MICRO_NAMESPACE,
  type Micro,
  type NewEvent,
  payloadDigest,
  type RecordedEvent,
  scopeId,
  type StreamWrite,
  systemRuntime,
} from '@micro/core'
import { stderrLogger } from '../../src/runtime/stderr-logger.ts'
import { eventsOf } from '../support/events-of.ts'
import { accountView, ASKED, ASKED_OF_ACTION, bankOn, depositMoney, paySalary, ROWS } from './format-1-service.ts'

const reference = (file: string): string =>
  readFileSync(new URL(`../../../../docs/reference/${file}`, import.meta.url), 'utf8')

const page = reference('events.md')
const file = reference('events-format-1.jsonl')
const log = file
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as RecordedEvent)

/** Names in the first column of the table under a heading. */
function namesUnder(heading: string): string[] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  return Array.from(section.matchAll(/^\| `(\w+)` \|/gm), ([, name]) => name as string)
}

const isOurs = ({ metadata }: RecordedEvent): boolean => 'format' in metadata

type Fits = (value: unknown) => boolean
const matches =
  (pattern: RegExp): Fits =>
  (value) =>
    typeof value === 'string' && pattern.test(value)
const isWhole: Fits = (value) => Number.isSafeInteger(value) && (value as number) >= 0
const isObject: Fits = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const PRINTABLE = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,200}$/u
const WORDS = /^(?=.{1,100}$)[a-z0-9]+(?: [a-z0-9]+)*$/

const FIELDS: Readonly<Record<string, Fits>> = {
  id: matches(UUID),
  type: matches(PRINTABLE),
  data: (value) => isObject(value) && Object.keys(value as object).every((key) => !key.startsWith('$')),
  stream: matches(PRINTABLE),
  revision: isWhole,
  position: (value) => isWhole(value) && (value as number) > 0,
  time: matches(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  metadata: isObject,
}

const METADATA: Readonly<Record<string, Fits>> = {
  format: (value) => value === 1,
  commandId: matches(UUID),
  correlationId: matches(/^./),
  causationId: matches(UUID),
  subject: matches(/^./),
  service: matches(WORDS),
  rule: matches(WORDS),
  ruleVersion: isWhole,
  ruleHash: matches(/^[0-9a-f]{40}$/),
  eventVersion: (value) => value === 1,
  index: isWhole,
  count: (value) => isWhole(value) && (value as number) > 0,
  payloadDigest: matches(/^[\w-]{43}$/),
  user: isObject,
}

const MAY_BE_ABSENT = new Set(['causationId', 'subject', 'payloadDigest', 'user'])

/** The appends of the log: an event of ours with index 0 begins one, a stranger's stands alone. */
function appendsOf(events: readonly RecordedEvent[]): RecordedEvent[][] {
  const appends: RecordedEvent[][] = []
  for (const event of events) {
    if (Number(event.metadata['index'] ?? 0) === 0) appends.push([event])
    else appends.at(-1)?.push(event)
  }
  return appends
}

function groupByStream(events: readonly RecordedEvent[]): Map<string, RecordedEvent[]> {
  const byStream = new Map<string, RecordedEvent[]>()
  for (const event of events) byStream.set(event.stream, [...(byStream.get(event.stream) ?? []), event])
  return byStream
}

function writesOf(append: readonly RecordedEvent[]): StreamWrite[] {
  const byStream = groupByStream(append)
  return Array.from(byStream, ([stream, events]) => {
    const first = events[0]?.revision ?? 0
    const given = events.map(({ id, type, data, time, metadata }): NewEvent => ({ id, type, data, time, metadata }))
    return { stream, expected: first === 0 ? 'no-stream' : first - 1, events: given }
  })
}

/** Such a payload has no digest, and its command is never answered twice. */
const holdsSecret = (payload: unknown): boolean => Object.values(payload as object).some((member) => isSecret(member))

async function storeWithLog(): Promise<EventStoreProvider> {
  const provider = memoryEventStore()
  const host = { runtime: systemRuntime(), logger: stderrLogger(), service: 'test', instance: 'test' }
  const store = await provider.open(host)
  for (const append of appendsOf(log)) await store.append(writesOf(append))
  await store.close()
  return provider
}

describe('the log of format 1', () => {
  it('is the one that was made in the beginning', () => {
    const hash = createHash('sha256').update(file).digest('hex')
    expect(hash).toBe('df0cd0326889f108f8ad982d7d98c7e41c2dc3a0ad5afb829ae67bb9e32889ec')
  })

  it('has fields of the documented form, and no others', () => {
    expect(namesUnder('An event')).toEqual(Object.keys(FIELDS))
    for (const event of log) {
      expect(Object.keys(event)).toEqual(Object.keys(FIELDS))
      const wrong = Object.entries(FIELDS).filter(([name, fits]) => !fits(event[name as keyof RecordedEvent]))
      expect([event.position, wrong.map(([name]) => name)]).toEqual([event.position, []])
    }
  })

  it('has metadata of the documented form, and no other keys', () => {
    expect(namesUnder('Metadata')).toEqual(Object.keys(METADATA))
    const seen = new Set<string>()
    for (const { metadata, position, type, stream } of log.filter(isOurs)) {
      for (const key of Object.keys(metadata)) seen.add(key)
      const wrong = Object.entries(METADATA).filter(([key, fits]) =>
        Object.hasOwn(metadata, key) ? !fits(metadata[key]) : !MAY_BE_ABSENT.has(key),
      )
      expect([position, wrong.map(([key]) => key)]).toEqual([position, []])
      expect(type).toMatch(WORDS)
      expect(stream.split('/')[0]).toBe(metadata['service'])
    }
    // All that are documented are shown, and no other is.
    expect(seen).toEqual(new Set(Object.keys(METADATA)))
  })

  it('counts revisions by stream and index and count by append', () => {
    const revisions = new Map<string, number>()
    for (const { stream, revision, position } of log) {
      expect([position, revision]).toEqual([position, revisions.get(stream) ?? 0])
      revisions.set(stream, revision + 1)
    }
    for (const append of appendsOf(log).filter(([first]) => isOurs(first as RecordedEvent)))
      expect(append.map(({ metadata }) => [metadata['index'], metadata['count']])).toEqual(
        append.map((_, index) => [index, append.length]),
      )
  })

  it('has the ids and digests that its commands give', () => {
    let at = 0
    const appends = appendsOf(log)
    for (const { contract, payload, commandId, subject } of ASKED) {
      const append = appends[at++] ?? []
      const command = commandIdOf(scopeId('bank', contract.name, subject), commandId)
      const digest = holdsSecret(payload) ? undefined : payloadDigest(commandId, payload as JsonObject)
      expect(append.length).toBeGreaterThan(0)
      for (const [index, { id, metadata }] of append.entries()) {
        expect(id).toBe(eventIdOf(command, index))
        expect(metadata).toMatchObject({ commandId: command, rule: contract.name, index })
        expect(metadata['subject']).toBe(subject)
        expect(metadata['payloadDigest']).toBe(digest)
      }
    }
    const { payload, commandId, subject } = ASKED_OF_ACTION
    const action = commandIdOf(scopeId('bank', paySalary.name, subject), commandId)
    const nested = deriveId(action, `call:${depositMoney.name}:0`)
    expect(appends[at]?.[0]).toMatchObject({
      id: commandIdOf(scopeId('bank', depositMoney.name, subject), nested),
      metadata: { causationId: action, correlationId: action, payloadDigest: payloadDigest(nested, payload) },
    })
  })
})

describe('a service on the log of format 1', () => {
  let store: EventStoreProvider
  let bank: Micro

  beforeAll(async () => {
    store = await storeWithLog()
    bank = bankOn(store)
    await bank.start()
    return () => bank.stop()
  })

  it('finds in its store what is in the file', async () => {
    expect(await eventsOf(store)).toEqual(log)
  })

  it('rebuilds its models, without what is not its own', async () => {
    for (const [account, row] of Object.entries(ROWS)) expect(await bank.act(accountView, { account })).toEqual(row)
  })

  it('recognises every command that is sent again, and writes nothing', async () => {
    for (const { contract, payload, commandId, subject } of ASKED) {
      const again: unknown = await bank
        .call(contract, payload, { commandId, identity: identityOf(subject) })
        .catch((error: unknown) => error)
      expect(again).toMatchObject(
        holdsSecret(payload) ? { code: 'MICRO_DUPLICATE', outcome: 'done' } : { repeated: true },
      )
    }
    const { payload, commandId, subject } = ASKED_OF_ACTION
    await bank.act(paySalary, payload, { commandId, identity: identityOf(subject) })
    expect(await eventsOf(store)).toEqual(log)
  })

  it('tells a repeat from another payload under the same id', async () => {
    for (const { contract, payload, commandId, subject } of ASKED) {
      const [first = ''] = Object.keys(payload as JsonObject)
      const other = { ...(payload as JsonObject), [first]: 'other' }
      const error: unknown = await bank
        .act(contract, other, { commandId, identity: identityOf(subject) })
        .catch((caught: unknown) => caught)
      expect(error).toMatchObject({ code: holdsSecret(other) ? 'MICRO_DUPLICATE' : 'MICRO_ID_REUSED' })
    }
    expect(await eventsOf(store)).toEqual(log)
  })
})

describe('an event of a later format', () => {
  it('ends the service: to pass over it would make models and decisions wrong', async () => {
    const provider = await storeWithLog()
    const bank = bankOn(provider)
    await bank.start()
    const host = { runtime: systemRuntime(), logger: stderrLogger(), service: 'test', instance: 'test' }
    const later = log.at(0) as RecordedEvent
    const event = { ...later, id: '00000000-0000-5000-8000-000000000000', metadata: { ...later.metadata, format: 2 } }
    const store = await provider.open(host)
    await store.append([{ stream: 'bank/later', expected: 'no-stream', events: [event] }])
    await store.close()
    expect(await bank.stopped).toMatchObject({ code: 'MICRO_NOT_SUPPORTED', fatal: true })
  })
})

interface Vectors {
  readonly scopes: readonly { service: string; action: string; subject: string | null; id: string }[]
  readonly ids: readonly { namespace: string; name: string; id: string }[]
  readonly digests: readonly { callersId: string; payload: JsonValue; digest: string }[]
}

/** The algorithm as the page words it, written a second time. */
function idAsDocumented(namespace: string, name: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name, 'utf8')
    .digest()
  const bytes = hash.subarray(0, 16)
  const isTimeOrdered = (id: string): boolean =>
    /^[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.test(id)
  const time = [name, namespace].find(isTimeOrdered)
  if (time !== undefined) Buffer.from(time.replaceAll('-', '').slice(0, 12), 'hex').copy(bytes)
  bytes[6] = ((bytes[6] as number) & 0x0f) | (time === undefined ? 0x50 : 0x80)
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

describe('the test vectors of docs/reference/events.md', () => {
  const vectors = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '{}') as Vectors

  it('name the namespace', () => {
    expect(page).toContain(`| namespace \`MICRO\` | \`${MICRO_NAMESPACE}\` |`)
  })

  it('hold for scopes', () => {
    expect(vectors.scopes.length).toBeGreaterThan(0)
    for (const { service, action, subject, id } of vectors.scopes) {
      expect(scopeId(service, action, subject ?? undefined)).toBe(id)
      expect(idAsDocumented(MICRO_NAMESPACE, JSON.stringify([service, action, subject]))).toBe(id)
    }
  })

  it('hold for ids', () => {
    expect(vectors.ids.length).toBeGreaterThan(0)
    for (const { namespace, name, id } of vectors.ids) {
      expect(deriveId(namespace, name)).toBe(id)
      expect(commandIdOf(namespace, name)).toBe(id)
      expect(idAsDocumented(namespace, name)).toBe(id)
    }
    for (const { namespace, name, id } of vectors.ids.filter((vector) => /^[1-9]\d*$/.test(vector.name)))
      expect(eventIdOf(namespace, Number(name))).toBe(id)
  })

  it('hold for digests', () => {
    expect(vectors.digests.length).toBeGreaterThan(0)
    for (const { callersId, payload, digest } of vectors.digests) {
      expect(payloadDigest(callersId, payload)).toBe(digest)
      const again = createHmac('sha256', callersId).update(canonicalJson(payload), 'utf8').digest('base64url')
      expect(again).toBe(digest)
    }
  })
})
