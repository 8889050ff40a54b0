import { existsSync } from 'node:fs'

/** How a process is put into another time: `faketime` in front of its command, by the library that Debian packs. */
export interface OtherTime {
  /** As `FAKETIME` takes it: `+10y`, `-1h`, or an absolute time. Left out where a file tells it. */
  readonly shift?: string
  /** A file that holds the shift, and may be written anew while the process runs. */
  readonly file?: string
}

const LIBRARIES = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1',
]

const library = LIBRARIES.find(existsSync)

/** Whether clocks can be shifted here; says in one line what is missing where they cannot. */
export function canFakeTime(): boolean {
  if (library === undefined) console.warn('Not run: other clocks need the Debian package faketime.')
  return library !== undefined
}

/** What a process of another time has in its environment. Timers keep their pace: real clocks step, they do not race. */
export function environmentOf({ shift, file }: OtherTime): Record<string, string> {
  return {
    LD_PRELOAD: library ?? '',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    ...(shift === undefined ? {} : { FAKETIME: shift }),
    ...(file === undefined ? {} : { FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1' }),
  }
}
