import { MicroError, Secret, type LogFields } from '@micro/core'
import { describe, expect, it } from 'vitest'
import { FakeService } from '../test/fake-service.ts'

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const

describe('lines', () => {
  it('are JSON with level, time of the runtime, who wrote them, fields and message', async () => {
    const service = new FakeService()
    const { log } = await service.start()
    log.info({ account: 'a-1' }, 'account opened')
    expect(service.written).toEqual([
      '{"level":"info","time":"2026-01-02T03:04:05.006Z","service":"bank","version":"1.2.0","instance":"bank-1",' +
        '"account":"a-1","msg":"account opened"}\n',
    ])
  })

  it.each(LEVELS)('are written from the level %s up', async (level) => {
    const service = new FakeService()
    const { log } = await service.start({ level })
    for (const each of LEVELS) log[each]({}, each)
    expect(service.lines.map((line) => line['level'])).toEqual(LEVELS.slice(LEVELS.indexOf(level)))
  })

  it('begin at info by default', async () => {
    const service = new FakeService()
    const { log } = await service.start()
    for (const each of LEVELS) log[each]({}, each)
    expect(service.lines.map((line) => line['msg'])).toEqual(['info', 'warn', 'error', 'fatal'])
  })

  it('do not cost a look at the fields below the level', async () => {
    const { log } = await new FakeService().start()
    let isRead = false
    log.debug({ toJSON: () => (isRead = true) }, 'not written')
    expect(isRead).toBe(false)
  })

  it('stay one line each, whatever is in message, fields and keys', async () => {
    const service = new FakeService()
    const { log } = await service.start()
    const evil = 'a\r\n{"level":"fatal","msg":"forged"}\u2028\u0085\u001b[2J\u0000'
    log.child({ [evil]: evil }).error({ err: new Error(evil), [`${evil}2`]: [evil] }, evil)
    expect(service.written).toHaveLength(1)
    for (const character of '\r\u2028\u0085\u001b\u0000') expect(service.written[0]).not.toContain(character)
    expect(service.written[0]?.indexOf('\n')).toBe((service.written[0]?.length ?? 0) - 1)
    expect(service.lastLine['msg']).toBe('a\r\n{"level":"fatal","msg":"forged"}\\u2028\\x85\\x1b[2J\\x00')
  })

  it('keep what pino would take for formats and requests', async () => {
    const service = new FakeService()
    const { log } = await service.start()
    const fields = {
      method: 'GET',
      headers: { accept: '*/*' },
      socket: 1,
      correlationId: 'c',
      req: 1,
      res: 2,
      err: 'text',
    }
    log.info(fields, '100 %s %d %% of %j')
    expect(service.lastLine).toMatchObject({ ...fields, msg: '100 %s %d %% of %j' })
  })

  it('hold each key once: fields before those of the child, and never over level, time and message', async () => {
    const service = new FakeService()
    const { log } = await service.start()
    log.child({ action: 'one', level: 'fatal' }).info({ action: 'two', time: 0, msg: 'forged' }, 'said')
    expect(service.written[0]).toBe(
      '{"level":"info","time":"2026-01-02T03:04:05.006Z","service":"bank","version":"1.2.0","instance":"bank-1",' +
        '"action":"two","_level":"fatal","_time":0,"_msg":"forged","msg":"said"}\n',
    )
  })
})

describe('children', () => {
  it('add their fields to each line, and grandchildren theirs', async () => {
    const service = new FakeService()
    const { log } = await service.start()
    const child = log.child({ action: 'deposit money', correlationId: 'c-1' })
    child.child({ commandId: 'm-1' }).info({}, 'grandchild')
    child.info({}, 'child')
    log.info({}, 'parent')
    const [grandchild, own, parent] = service.lines
    expect(grandchild).toMatchObject({
      service: 'bank',
      action: 'deposit money',
      correlationId: 'c-1',
      commandId: 'm-1',
    })
    expect(own).toMatchObject({ service: 'bank', action: 'deposit money', correlationId: 'c-1' })
    expect(own).not.toHaveProperty('commandId')
    expect(parent).not.toHaveProperty('action')
  })

  it('keep the fields of their making, redacted', async () => {
    const service = new FakeService()
    const { log } = await service.start({ redact: ['iban'] })
    const fields = { name: 'before', password: 'hunter2', nested: { customerIban: 'hunter2' } }
    const child = log.child(fields)
    fields.name = 'after'
    child.info({}, 'said')
    expect(service.lastLine).toMatchObject({
      name: 'before',
      password: '[redacted]',
      nested: { customerIban: '[redacted]' },
    })
    expect(service.written.join('')).not.toContain('hunter2')
  })
})

// Of twelve such probes pino's own redaction, which goes by exact paths, leaked eight.
const PROBES: Readonly<Record<string, readonly [LogFields, string]>> = {
  'at the top': [{ password: 'hunter2' }, ''],
  'one level down': [{ user: { password: 'hunter2' } }, ''],
  'two levels down': [{ a: { b: { password: 'hunter2' } } }, ''],
  'six levels down': [{ a: { b: { c: { d: { e: { password: 'hunter2' } } } } } }, ''],
  'in other case': [{ Password: 'hunter2', a: { PASSWORD: 'hunter2' } }, ''],
  'in an array': [{ users: [{ password: 'hunter2' }, [{ token: 'hunter2' }]] }, ''],
  'under a related name': [
    { a: { password_confirmation: 'hunter2', refreshToken: 'hunter2', 'x-api-key': 'hunter2' } },
    '',
  ],
  'in the message': [{}, 'sign-in failed, password=hunter2'],
  'in an error message': [{ err: new Error('refused {"password":"hunter2"}') }, ''],
  'in an error payload': [{ err: Object.assign(new Error('no'), { payload: { password: 'hunter2' } }) }, ''],
  'in the details of a MicroError': [
    { err: new MicroError('MICRO_INTERNAL', 'no', { details: { token: 'hunter2' } }) },
    '',
  ],
  'in the cause of an error': [
    {
      err: new Error('no', {
        cause: Object.assign(new Error('why'), { config: { headers: { Authorization: 'hunter2' } } }),
      }),
    },
    '',
  ],
  'in JSON in a text': [{ body: '{"user":{"password":"hunter2"}}' }, ''],
  'in JSON in JSON in a text': [{ body: JSON.stringify({ inner: JSON.stringify({ password: 'hunter2' }) }) }, ''],
  'in a message of JSON': [{}, '{"user":{"password":"hunter2"}}'],
  'in headers': [
    { headers: { cookie: 'sid=hunter2', 'Set-Cookie': ['a=hunter2'] }, raw: ['Cookie', 'sid=hunter2'] },
    '',
  ],
  'in a URL': [{ url: 'mongodb://bank:hunter2@db/bank?token=hunter2' }, ''],
  'in a map and a set': [{ map: new Map([['password', 'hunter2']]), set: new Set([{ pin: 'hunter2' }]) }, ''],
  'as a Secret': [{ a: new Secret('hunter2'), b: [{ c: new Secret({ d: 'hunter2' }) }] }, ''],
  'as a Secret in a message': [{}, `signed in with ${String(new Secret('hunter2'))}`],
  'as a Secret in an error': [{ err: Object.assign(new Error('no'), { key: new Secret('hunter2') }) }, ''],
}

describe('a secret is redacted', () => {
  it.each(Object.keys(PROBES))('%s', async (name) => {
    const [fields, message] = PROBES[name] ?? [{}, '']
    for (const pretty of [false, true]) {
      const service = new FakeService()
      const { log } = await service.start({ pretty })
      log.error(fields, message)
      log.child(fields).error({}, 'from a child')
      expect(service.written).toHaveLength(2)
      expect(service.written.join('')).not.toContain('hunter2')
      expect(service.written.join('')).toContain('[redacted]')
    }
  })
})

describe('an error', () => {
  it('is logged once, by whoever is first', async () => {
    const service = new FakeService()
    const { log } = await service.start()
    const error = new MicroError('MICRO_UNAVAILABLE', 'The store is away.')
    log.error({ err: error }, 'first')
    log.child({ module: 'x' }).error({ error }, 'second')
    const fields: object = error
    log.error(fields as LogFields, 'third')
    expect(service.lines.map((line) => line['msg'])).toEqual(['first'])
  })

  it('is logged again as fatal, for another command, and at levels that are no errors', async () => {
    const service = new FakeService()
    const { log } = await service.start()
    const error = new Error('the same object')
    log.warn({ err: error }, 'warned')
    log.child({ commandId: '1' }).error({ err: error }, 'one')
    log.child({ commandId: '2' }).error({ err: error }, 'two')
    log.error({ err: error, commandId: '2' }, 'two again')
    log.fatal({ err: error, commandId: '2' }, 'fatal')
    log.warn({ err: error }, 'warned again')
    expect(service.lines.map((line) => line['msg'])).toEqual(['warned', 'one', 'two', 'fatal', 'warned again'])
  })
})

it('writes for people on request: one line per line, fields below, colours only in a terminal', async () => {
  const service = new FakeService()
  const { log } = await service.start({ pretty: true })
  log.info({ account: 'a\r\nINFO: forged' }, 'opened\r\n[03:04:05] FATAL: forged \u001b[31mred')
  const [text = ''] = service.written
  expect(text.split('\n')).toEqual([
    expect.stringMatching(/^\[\d\d:\d\d:05\.006\] INFO: opened\\r\\n\[03:04:05\] FATAL: forged \\x1b\[31mred$/),
    '    account: "a\\r\\nINFO: forged"',
    '',
  ])
  log.error({ err: new Error('bad\n[03:04:05] FATAL: forged'), type: 'Error', stack: 'x', more: 1 }, 'failed')
  const lines = (service.written[1] ?? '').trimEnd().split('\n')
  for (const line of lines.slice(1)) expect(line).toMatch(/^ {4}/)
  expect(lines.join('\n')).toContain('more')
})

it('prints an error for people with its stack', async () => {
  const service = new FakeService()
  const { log } = await service.start({ pretty: true })
  log.error({ err: new MicroError('MICRO_INTERNAL', 'outer', { cause: new Error('inner') }) }, 'failed')
  expect(service.written[0]).toMatch(
    /"code": "MICRO_INTERNAL"[\s\S]*"stack":\s+Error: inner\n\s+at [\s\S]*"stack":\s+MicroError: outer\n\s+at /,
  )
})

it('is pretty by default in a terminal only', async () => {
  const texts: string[] = []
  for (const isTTY of [true, false]) {
    const { log } = await new FakeService().start({ destination: { isTTY, write: (text: string) => texts.push(text) } })
    log.info({}, 'said')
  }
  expect(texts[0]).toContain('INFO')
  expect(texts[1]).toMatch(/^\{"level":"info"/)
})

it('goes on when the destination throws, and warns once', async () => {
  const service = new FakeService()
  const destination = {
    write() {
      throw new Error('broken')
    },
  }
  const { log, stop } = await service.start({ destination })
  log.info({}, 'one')
  log.info({}, 'two')
  await log.flush()
  await stop()
  expect(service.process.warnings).toEqual([
    'logger: cannot write to the given destination, lines may be lost there: broken',
  ])
})

it('goes on when the stack is full', async () => {
  const service = new FakeService()
  const { log } = await service.start()
  let left = 50
  const dive = (): void => {
    try {
      dive()
    } finally {
      // On the way up: from where nothing fits any more to where a line does.
      if (left > 0) log.info({ left: (left -= 1), deep: { a: [1, new Error('x')] } }, 'diving')
    }
  }
  expect(dive).toThrow(RangeError)
  log.info({}, 'up again')
  expect(service.lastLine['msg']).toBe('up again')
})
