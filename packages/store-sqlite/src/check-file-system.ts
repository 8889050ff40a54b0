import { statfsSync } from 'node:fs'
import { MicroError } from '@micro/core'

// `f_type` as Linux tells it (linux/magic.h). SQLite's log needs memory that all processes share, and locks that hold:
// https://sqlite.org/wal.html, "all processes must be on the same host computer".
const NETWORK_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB2'],
  [0xff534d42, 'CIFS'],
  [0x01021997, '9P'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x564c, 'NCP'],
  [0x00c36400, 'CephFS'],
  [0x01161970, 'GFS2'],
  [0x7461636f, 'OCFS2'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x19830326, 'BeeGFS'],
  [0x786f4256, 'a VirtualBox shared folder'],
])

/**
 * Refuses folders that several machines may share. Only Linux tells the type of a file system; elsewhere everything passes.
 *
 * @throws MicroError `MICRO_NOT_SUPPORTED`
 */
export function checkFileSystem(folder: string): void {
  if (process.platform === 'linux') checkFileSystemType(statfsSync(folder).type, folder)
}

/** @throws MicroError `MICRO_NOT_SUPPORTED` when the type is that of a network file system */
export function checkFileSystemType(type: number, folder: string): void {
  // Some systems tell the 32 bits as a signed number.
  const name = NETWORK_FILE_SYSTEMS.get(type >>> 0)
  if (name === undefined) return
  throw new MicroError(
    'MICRO_NOT_SUPPORTED',
    `${folder} is on ${name}: SQLite cannot share a file between machines and would lose events. ` +
      'Put the file on a local disk; for several machines use a store with a server.',
    { details: { folder, fileSystem: name } },
  )
}
