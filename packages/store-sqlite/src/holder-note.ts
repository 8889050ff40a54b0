import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Host } from '@micro/core'

/** A small file that tells the refused who holds the database exclusively. It is a note and no lock: nothing relies on it. */
function noteFile(file: string): string {
  return `${file}-holder`
}

export function writeHolder(file: string, { service, instance, runtime }: Host): void {
  const since = new Date(runtime.now()).toISOString()
  writeFileSync(noteFile(file), JSON.stringify({ pid: process.pid, service, instance, since }))
}

export function removeHolder(file: string): void {
  rmSync(noteFile(file), { force: true })
}

/** For example `process 4711 (bank)`; `undefined` without a note, or when the one that wrote it is gone. */
export function readHolder(file: string): string | undefined {
  try {
    const { pid, service } = JSON.parse(readFileSync(noteFile(file), 'utf8')) as {
      readonly pid: number
      readonly service: string
    }
    return Number.isSafeInteger(pid) && isAlive(pid) ? `process ${pid} (${service})` : undefined
  } catch {
    // There is none, or it is being written right now: the refusal does without a name.
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Somebody else's process may not be signalled, but it is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
