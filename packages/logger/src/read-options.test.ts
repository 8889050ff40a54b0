import { expect, it } from 'vitest'
import type { LoggerOptions } from './options.ts'
import { readOptions } from './read-options.ts'

it('fills in what is left out or undefined', () => {
  expect(readOptions({ level: undefined, files: { folder: 'logs', keep: undefined, info: false } })).toEqual({
    level: 'info',
    pretty: 'auto',
    redact: [],
    exitOnFatal: true,
    catchUncaught: true,
    drainTimeoutMs: 30_000,
    files: { folder: 'logs', info: false, error: true, maxSizeBytes: 10_485_760, frequency: 'never', keep: 10 },
  })
})

it.each([
  [{ level: 'verbose' }, 'level is one of trace, debug, info, warn, error, fatal'],
  [{ pretty: 'yes' }, "pretty is true, false or 'auto'"],
  [{ destination: {} }, 'destination is a stream or an object with write()'],
  [{ files: 'logs' }, 'files is an object with a folder'],
  [{ files: {} }, 'files.folder is missing'],
  [{ files: { folder: ' ' } }, 'files.folder is a text that is not empty'],
  [{ files: { folder: 'a', keep: 0, maxSizeBytes: 1.5 } }, 'files.maxSizeBytes is a whole number from 1'],
  [{ files: { folder: 'a', frequency: 'weekly' } }, 'files.frequency is one of never, hourly, daily'],
  [{ files: { folder: 'a', toString: 1 } }, 'there is no option files.toString'],
  [{ redact: ['', 'a'] }, 'redact is a list of keys'],
  [{ exitOnFatal: 1 }, 'exitOnFatal is true or false'],
  [{ drainTimeoutMs: -1 }, 'drainTimeoutMs is a whole number from 1'],
  [{ colour: true }, 'there is no option colour'],
  [null, 'the options are an object'],
])('refuses %j', (options, message) => {
  const read = (): unknown => readOptions(options as LoggerOptions)
  expect(read).toThrow(TypeError)
  expect(read).toThrow(message)
})

it('names every problem at once', () => {
  const options = { level: 'x', pretty: 3, files: { keep: 0 } } as unknown
  expect(() => readOptions(options as LoggerOptions)).toThrow(/level .*; pretty .*; files\.keep .*; files\.folder/)
})
