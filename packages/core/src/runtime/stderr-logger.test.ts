import { describe, expect, it } from 'vitest'
import { MicroError } from '../errors/micro-error.ts'
import type { LogLevel } from '../ports/logger.ts'
import { secret } from '../values/secret.ts'
import { stderrLogger } from './stderr-logger.ts'

function logged(level?: LogLevel, fields = {}) {
  const lines: string[] = []
  const logger = stderrLogger(fields, level, (line, written) => {
    lines.push(line)
    written?.()
  })
  return {
    logger,
    entries: () => lines.filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>),
    lines,
  }
}

describe('stderrLogger', () => {
  it('writes warnings and worse, one line of JSON each', () => {
    const { logger, entries, lines } = logged()
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const)
      logger[level]({ n: 1 }, 'two\nlines')
    expect(entries().map((entry) => entry['level'])).toEqual(['warn', 'error', 'fatal'])
    expect(entries()[0]).toEqual({
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      level: 'warn',
      message: 'two\nlines',
      n: 1,
    })
    for (const line of lines) expect(line.trimEnd()).not.toContain('\n')
  })

  it('writes from another level upwards when told so', () => {
    const { logger, entries } = logged('info')
    logger.debug({}, 'no')
    logger.info({}, 'yes')
    expect(entries().map((entry) => entry['message'])).toEqual(['yes'])
  })

  it('adds the fields of a child to each of its lines, at the same level', () => {
    const { logger, entries } = logged('error', { service: 'bank' })
    logger.child({ stream: 's1', service: 'shop' }).error({ n: 1 }, 'no')
    logger.child({}).warn({}, 'silent')
    expect(entries()).toEqual([expect.objectContaining({ service: 'shop', stream: 's1', n: 1 })])
  })

  it('writes errors with code, stack and cause, wherever they are', () => {
    const { logger, entries } = logged()
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
    logger.error(
      { err: new MicroError('MICRO_UNAVAILABLE', 'no store', { cause }), all: [new Error('inner')] },
      'failed',
    )
    expect(entries()[0]).toMatchObject({
      err: {
        name: 'MicroError',
        code: 'MICRO_UNAVAILABLE',
        message: 'no store',
        stack: expect.stringContaining('stderr-logger.test'),
        cause: { code: 'ECONNREFUSED', message: 'refused' },
      },
      all: [{ message: 'inner' }],
    })
  })

  it('writes an error by its own fields, not by what its toJSON shows', () => {
    const { logger, entries } = logged()
    logger.error({ err: Object.assign(new Error('http'), { toJSON: () => ({ authorization: 'Bearer x' }) }) }, 'failed')
    expect(JSON.stringify(entries())).not.toContain('Bearer')
  })

  it('survives whatever the fields hold', () => {
    const { logger, entries } = logged()
    const circle: Record<string, unknown> = {}
    circle['circle'] = circle
    const looped = new Error('looped')
    looped.cause = looped
    logger
      .child({
        get bad() {
          throw new Error('getter')
        },
      })
      .warn(
        {
          circle,
          looped,
          big: 1n,
          nothing: undefined,
          run: () => 1,
          angry: {
            toJSON() {
              throw new Error('toJSON')
            },
          },
          password: secret('hunter2'),
        },
        'odd',
      )
    expect(entries()[0]).toMatchObject({
      message: 'odd',
      big: '1',
      password: '[redacted]',
      looped: { message: 'looped' },
    })
    for (const key of ['circle', 'bad', 'angry']) expect(entries()[0]?.[key]).toMatch(/cannot be written/)
  })

  it('does not let a field take the place of level, time or message', () => {
    const { logger, lines, entries } = logged()
    logger.warn({ level: 'info', message: 'other', time: 0 }, 'mine')
    expect(entries()[0]).toMatchObject({ level: 'warn', message: 'mine' })
    expect(lines[0]?.match(/"level"/g)).toHaveLength(1)
  })

  it('flushes when the lines before have left', async () => {
    await expect(logged().logger.flush()).resolves.toBeUndefined()
  })
})
