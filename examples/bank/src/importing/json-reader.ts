import type { Payload } from './parsed-line.ts'

/** A line as `{"command":"deposit money","account":"alice","amount":500}`. */
export function readJsonLine(text: string): Payload {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new Error('The line is not JSON.', { cause })
  }
  if (!isObject(value)) throw new Error('The line is not a JSON object.')
  return value
}

function isObject(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
