import { extname } from 'node:path'
import { closeAccount } from '../contracts/close-account.contract.ts'
import { depositMoney } from '../contracts/deposit-money.contract.ts'
import { openAccount } from '../contracts/open-account.contract.ts'
import { transferMoney } from '../contracts/transfer-money.contract.ts'
import { withdrawMoney } from '../contracts/withdraw-money.contract.ts'
import { csvReader } from './csv-reader.ts'
import { readJsonLine } from './json-reader.ts'
import { Problem } from '../program/problem.ts'
import type { ParsedLine } from './parsed-line.ts'
import { type Line, splitLines } from './split-lines.ts'

const COMMANDS = [openAccount, depositMoney, withdrawMoney, transferMoney, closeAccount].map(({ name }) => name)

const MOST_BYTES = 65_536

/** Gives the fields of a line as an object, `undefined` for one that is no data; throws what is wrong with it. */
export type ReadLine = (text: string) => Readonly<Record<string, unknown>> | undefined

/**
 * The commands of a file, line by line; a bad line is told apart and the next one read all the same. Blank lines count, and
 * are left out.
 *
 * @throws Problem when the file as a whole cannot be read
 */
export function* readCommands(file: string, bytes: Uint8Array): Iterable<ParsedLine> {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    throw new Problem(`${file} is written in UTF-16. Save it as UTF-8.`)
  let read: ReadLine | undefined
  for (const line of splitLines(bytes)) {
    const parsed = readLine(line, (text) => (read ??= isJson(file, text) ? readJsonLine : csvReader(file))(text))
    if (parsed !== undefined) yield parsed
  }
}

function isJson(file: string, firstText: string): boolean {
  if (extname(file) === '.csv') return false
  return ['.jsonl', '.ndjson', '.json'].includes(extname(file)) || firstText.trimStart().startsWith('{')
}

function readLine({ number, bytes }: Line, read: ReadLine): ParsedLine | undefined {
  if (bytes.length > MOST_BYTES) return { number, problem: `The line is longer than ${MOST_BYTES} bytes.` }
  try {
    const text = decode(bytes)
    if (text.trim() === '') return undefined
    const fields = read(text)
    if (fields === undefined) return undefined
    const { command, ...payload } = fields
    if (typeof command === 'string' && COMMANDS.includes(command)) return { number, command, payload }
    return { number, problem: `${nameOf(command)}; the commands are ${COMMANDS.join(', ')}.` }
  } catch (error) {
    if (error instanceof Problem) throw error
    return { number, problem: error instanceof Error ? error.message : String(error) }
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new Error('The line is not UTF-8.', { cause })
  }
}

function nameOf(command: unknown): string {
  if (command === undefined) return 'The command is missing'
  const text = typeof command === 'string' ? command : JSON.stringify(command)
  return `There is no command ${JSON.stringify(text.slice(0, 50))}`
}
