import { CsvError, parse } from 'csv-parse/sync'
import { Problem } from '../program/problem.ts'
import type { Payload } from './parsed-line.ts'

const WHOLE_NUMBER = /^-?\d{1,16}$/

/**
 * Reads lines of a CSV file, the first of which names the columns; an empty field is not given. Each line is parsed by
 * itself: a quote that is never closed costs its own line and not the rest of the file.
 */
export function csvReader(file: string): (text: string) => Payload | undefined {
  let columns: readonly string[] | undefined
  return (text) => {
    if (columns !== undefined) return payloadOf(columns, fieldsOf(text))
    columns = columnsOf(text, file)
    return undefined
  }
}

function columnsOf(header: string, file: string): readonly string[] {
  const columns = header.split(',').map((column) => column.trim())
  if (columns.includes('command') && new Set(columns).size === columns.length) return columns
  throw new Problem(
    `The first line of ${file} must name the columns, each once and with commas between: command,account,owner,from,to,amount`,
  )
}

function fieldsOf(text: string): readonly string[] {
  try {
    return parse(text, { relax_column_count: true, trim: true })[0] ?? []
  } catch (cause) {
    const isOpen = cause instanceof CsvError && cause.code === 'CSV_QUOTE_NOT_CLOSED'
    throw new Error(isOpen ? 'A quote is not closed in this line.' : 'A quote stands where none may be.', { cause })
  }
}

function payloadOf(columns: readonly string[], fields: readonly string[]): Payload {
  if (fields.length !== columns.length)
    throw new Error(`The line has ${fields.length} fields; the first line names ${columns.length} columns.`)
  const given = columns.map((column, at) => [column, fields[at] ?? ''] as const).filter(([, field]) => field !== '')
  return Object.fromEntries(given.map(([column, field]) => [column, column === 'amount' ? centsOf(field) : field]))
}

function centsOf(field: string): number {
  if (WHOLE_NUMBER.test(field)) return Number(field)
  throw new Error(`The amount ${JSON.stringify(field.slice(0, 50))} is not a whole number of cents.`)
}
