import type { LogLevel } from '@micro/core'
import type { LoggerSettings } from '../options.ts'
import type { ProcessFace } from '../process-face.ts'
import { givenStream } from './given-stream.ts'
import { prettyLines } from './pretty-lines.ts'
import { rollingFile } from './rolling-file.ts'
import type { Sink } from './sink.ts'
import { standardOutput } from './standard-output.ts'
import { warnOnce } from './warn-once.ts'

/** A sink and the least level that goes there. */
export interface LeveledSink {
  readonly level: LogLevel
  readonly stream: Sink
}

export async function openSinks(settings: LoggerSettings, face: ProcessFace): Promise<readonly LeveledSink[]> {
  const { destination, files, pretty } = settings
  const isTerminal = destination === undefined ? face.isTerminal() : destination.isTTY === true
  const lines =
    destination === undefined
      ? standardOutput(warnOnce('standard output', face))
      : givenStream(destination, warnOnce('the given destination', face))
  const isPretty = pretty === 'auto' ? isTerminal : pretty
  const sinks: LeveledSink[] = [{ level: 'trace', stream: isPretty ? await prettyLines(lines, isTerminal) : lines }]
  for (const name of ['info', 'error'] as const)
    if (files?.[name] === true) {
      const stream = await rollingFile(name, files, warnOnce(`${name} files in ${files.folder}`, face))
      sinks.push({ level: name, stream })
    }
  return sinks
}
