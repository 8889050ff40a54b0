import { escapeLineEnds } from '../redact/escape-controls.ts'
import type { Plain } from '../serialize/serializer.ts'
import type { Sink } from './sink.ts'

/**
 * Lines for people. pino-pretty's function and not its stream: that passes lines on later, and the last ones of a process
 * that ends would be lost.
 */
export async function prettyLines(sink: Sink, isTerminal: boolean): Promise<Sink> {
  const { prettyFactory, isColorSupported } = await import('pino-pretty')
  const pretty = prettyFactory({
    colorize: isTerminal && isColorSupported,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'service,version,instance',
    errorProps: '*',
  })
  return { ...sink, write: (line) => sink.write(pretty(onOneLine(JSON.parse(line) as Plain))) }
}

/** JSON keeps a text on its line, this must do so itself: only a stack, whose lines are indented, has several. */
function onOneLine(value: Plain, key?: string): Plain {
  if (typeof value === 'string') return key === 'stack' ? value : escapeLineEnds(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return (value as readonly Plain[]).map((entry) => onOneLine(entry))
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [escapeLineEnds(name), onOneLine(entry, name)]),
  )
}
