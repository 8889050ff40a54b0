import { describe, expect, it } from 'vitest'
import { checkFileSystemType } from './check-file-system.ts'
import { checkSqliteVersion, OLDEST_SQLITE } from './load-sqlite.ts'
import { DEFAULTS, resolveOptions } from './options.ts'

describe('checkSqliteVersion', () => {
  it.each(['3.7.0', '3.40.1', '3.51.2', '3.9.99', '2.99.99', ''])('[20] refuses %s and says what to do', (version) => {
    expect(() => checkSqliteVersion(version)).toThrow(
      expect.objectContaining({
        code: 'MICRO_NOT_SUPPORTED',
        message: expect.stringContaining('Use Node 24 or later'),
      }),
    )
  })

  it.each([OLDEST_SQLITE, '3.51.4', '3.52.0', '3.100.0', '4.0.0'])('takes %s', (version) => {
    expect(() => checkSqliteVersion(version)).not.toThrow()
  })
})

describe('checkFileSystemType', () => {
  it.each([
    [0x6969, 'NFS'],
    [0xff534d42, 'CIFS'],
    [0xff534d42 | 0, 'CIFS'],
    [0xfe534d42, 'SMB2'],
    [0x01021997, '9P'],
  ])('[20] refuses %i, which is %s, and says what to do', (type, fileSystem) => {
    expect(() => checkFileSystemType(type, '/data')).toThrow(
      expect.objectContaining({
        code: 'MICRO_NOT_SUPPORTED',
        details: { folder: '/data', fileSystem },
        message: expect.stringContaining('Put the file on a local disk'),
      }),
    )
  })

  it.each([
    ['ext4', 0xef53],
    ['XFS', 0x58465342],
    ['Btrfs', 0x9123683e],
    ['tmpfs', 0x01021994],
    ['overlay', 0x794c7630],
  ])('takes %s', (_, type) => {
    expect(() => checkFileSystemType(type, '/data')).not.toThrow()
  })
})

describe('resolveOptions', () => {
  it('fills in the defaults, also where undefined is given', () => {
    expect(resolveOptions({ file: 'a.db', exclusive: undefined })).toEqual({ file: 'a.db', ...DEFAULTS })
  })

  it.each([
    [{}],
    [{ file: '' }],
    [{ file: ':memory:' }],
    [{ file: 'file:a.db?mode=ro' }],
    [{ file: 'a\0b' }],
    [{ file: 'a', exclusive: 'yes' }],
    [{ file: 'a', integrityCheck: 'some' }],
    [{ file: 'a', writeTimeoutMs: -1 }],
    [{ file: 'a', pollIntervalMs: 0 }],
    [{ file: 'a', exlusive: true }],
  ])('refuses %j', (options) => {
    expect(() => resolveOptions(options as never)).toThrow(TypeError)
  })
})
