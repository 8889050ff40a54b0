import type { LogFields, LogLevel } from '../ports/logger.ts'

const MAX_CAUSES = 5
const OWN_KEYS: ReadonlySet<string> = new Set(['time', 'level', 'message'])

/**
 * One log entry as a line of JSON: `time`, `level`, `message` and the fields, of which those three names are left out.
 * Errors, also inside other fields, become `{ name, code, message, stack, cause }`. A field that cannot be written (it
 * contains itself, its `toJSON` throws) becomes a note that says so. Never throws.
 */
export function logLine(level: LogLevel, fields: LogFields, message: string): string {
  const head = { time: new Date().toISOString(), level, message: String(message) }
  const parts = Object.keys(fields)
    .filter((key) => !OWN_KEYS.has(key))
    .map((key) => [JSON.stringify(key), fieldText(fields, key)])
    .filter(([, text]) => text !== undefined)
    .map((part) => `,${part.join(':')}`)
  return `${JSON.stringify(head).slice(0, -1)}${parts.join('')}}\n`
}

function fieldText(fields: LogFields, key: string): string | undefined {
  try {
    return JSON.stringify(fields[key], replaced)
  } catch (error) {
    return JSON.stringify(`[cannot be written: ${error instanceof Error ? error.message : typeof error}]`)
  }
}

/** Looks at the member itself and not at what its `toJSON` gave: an error's own may show more than a log should hold. */
function replaced(this: Readonly<Record<string, unknown>>, key: string, json: unknown): unknown {
  const member = this[key]
  if (member instanceof Error) return errorFields(member, MAX_CAUSES)
  return typeof json === 'bigint' ? String(json) : json
}

function errorFields(error: Error, causes: number): Readonly<Record<string, unknown>> {
  const { name, message, stack, cause, code } = error as Error & { readonly code?: unknown }
  return {
    name,
    code: typeof code === 'string' || typeof code === 'number' ? code : undefined,
    message,
    stack,
    cause: cause instanceof Error && causes > 0 ? errorFields(cause, causes - 1) : undefined,
  }
}
