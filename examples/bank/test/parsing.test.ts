import { describe, expect, it } from 'vitest'
import { readCommands } from '../src/importing/read-commands.ts'

const HEADER = 'command,account,owner,from,to,amount'

function parse(text: string | Uint8Array, file = 'payments'): readonly unknown[] {
  return [...readCommands(file, typeof text === 'string' ? new TextEncoder().encode(text) : text)]
}

/** The one line below a header. */
function parseCsvLine(line: string): unknown {
  return parse(`${HEADER}\n${line}\n`)[0]
}

describe('a CSV line becomes', () => {
  it.each([
    ['open account,alice,Alice,,,', 'open account', { account: 'alice', owner: 'Alice' }],
    ['deposit money,alice,,,,500', 'deposit money', { account: 'alice', amount: 500 }],
    ['transfer money,,,alice,bob,5', 'transfer money', { from: 'alice', to: 'bob', amount: 5 }],
    ['open account,a,"Smith, John",,,', 'open account', { account: 'a', owner: 'Smith, John' }],
    ['open account,a,"Lee ""Lucky"" Ann",,,', 'open account', { account: 'a', owner: 'Lee "Lucky" Ann' }],
    [' open account , alice ,Alice,,,', 'open account', { account: 'alice', owner: 'Alice' }],
    ['deposit money,a,,,,-5', 'deposit money', { account: 'a', amount: -5 }],
    // What the bank has to say to it is the bank's business.
    ['deposit money,a,,,,', 'deposit money', { account: 'a' }],
    ['close account,a,surplus,,,', 'close account', { account: 'a', owner: 'surplus' }],
  ])('%s', (line, command, payload) => {
    expect(parseCsvLine(line)).toEqual({ number: 2, command, payload })
  })

  it.each([
    ['deposit money,a,,,,"5,00"', 'The amount "5,00" is not a whole number of cents.'],
    ['deposit money,a,,,,5,00', 'The line has 7 fields; the first line names 6 columns.'],
    ['deposit money,a', 'The line has 2 fields; the first line names 6 columns.'],
    ['deposit money,a,,,,5.00', 'The amount "5.00" is not a whole number of cents.'],
    ['deposit money,a,,,,1e3', 'The amount "1e3" is not a whole number of cents.'],
    ['deposit money,a,,,,0x10', 'The amount "0x10" is not a whole number of cents.'],
    ['deposit money,a,,,,99999999999999999999', 'The amount "99999999999999999999" is not a whole number of cents.'],
    ['deposit money,"a,,,,500', 'A quote is not closed in this line.'],
    ['deposit money,a"b,,,,500', 'A quote stands where none may be.'],
    ['deposit money,"a"b,,,,500', 'A quote stands where none may be.'],
    ['rob bank,a,,,,500', 'There is no command "rob bank"; the commands are'],
    ['account,a,,,,', 'There is no command "account"; the commands are'],
    ['constructor,a,,,,', 'There is no command "constructor"; the commands are'],
    [',a,,,,500', 'The command is missing; the commands are'],
  ])('a rejection: %s', (line, problem) => {
    expect(parseCsvLine(line)).toEqual({ number: 2, problem: expect.stringContaining(problem) })
  })
})

describe('a line of JSON becomes', () => {
  it.each([
    ['{"command":"deposit money","account":"a","amount":5}', 'deposit money', { account: 'a', amount: 5 }],
    ['  {"amount":"5,00","command":"deposit money"}  ', 'deposit money', { amount: '5,00' }],
  ])('%s', (line, command, payload) => {
    expect(parse(line)).toEqual([{ number: 1, command, payload }])
  })

  it.each([
    ['{"command":"deposit money"', 'The line is not JSON.'],
    ['[{"command":"deposit money"}]', 'The line is not a JSON object.'],
    ['null', 'The line is not a JSON object.'],
    ['42', 'The line is not a JSON object.'],
    ['{"account":"a"}', 'The command is missing'],
    ['{"command":["open account"]}', 'There is no command'],
  ])('a rejection: %s', (line, problem) => {
    expect(parse(line, 'payments.jsonl')).toEqual([{ number: 1, problem: expect.stringContaining(problem) }])
  })
})

describe('a file', () => {
  const line = (account: string): string => `close account,${account},,,,`

  it('is known by its name, or by its first line', () => {
    expect(parse('{"command":"close account"}', 'a.txt')).toMatchObject([{ command: 'close account' }])
    expect(parse(`${HEADER}\n${line('a')}`, 'a.txt')).toMatchObject([{ command: 'close account' }])
    expect(parse('{"command":"close account"}', 'a.ndjson')).toMatchObject([{ command: 'close account' }])
    expect(() => parse('{"command":"close account"}', 'a.csv')).toThrow('must name the columns')
  })

  it('may have a byte order mark, CRLF, blank lines and no last line end; all lines count', () => {
    expect(parse(`\ufeff${HEADER}\r\n\r\n${line('a')}\r\n  \r\n${line('b')}`)).toMatchObject([
      { number: 3, payload: { account: 'a' } },
      { number: 5, payload: { account: 'b' } },
    ])
  })

  it('goes on after each bad line', () => {
    const bad = ['deposit money,"a,,,,5', 'x', 'deposit money,a,,,,"5,00"', 'x'.repeat(100_000)]
    const lines = parse([HEADER, ...bad.flatMap((each) => [each, line('a')])].join('\n'))
    expect(
      lines.map((each) => (typeof each === 'object' && each !== null && 'problem' in each ? 'bad' : 'good')),
    ).toEqual(bad.flatMap(() => ['bad', 'good']))
  })

  it('may have lines that are absurdly long or deep', () => {
    expect(parseCsvLine(`open account,a,${'x'.repeat(70_000)},,,`)).toMatchObject({
      problem: 'The line is longer than 65536 bytes.',
    })
    expect(parse(`{"command":"open account","owner":${'['.repeat(60_000)}`)).toMatchObject([
      { problem: 'The line is not JSON.' },
    ])
  })

  it('with bytes that are not UTF-8 loses only their line', () => {
    const bytes = Buffer.concat([
      Buffer.from(`${HEADER}\nopen account,a,Bj`),
      Buffer.from([0xf6]),
      Buffer.from(`rn,,,\n${line('a')}`),
    ])
    expect(parse(bytes)).toMatchObject([
      { number: 2, problem: 'The line is not UTF-8.' },
      { number: 3, command: 'close account' },
    ])
  })

  it('in UTF-16, or with columns that cannot be told, is refused as a whole and says why', () => {
    expect(() => parse(Buffer.from(`\ufeff${HEADER}`, 'utf16le'))).toThrow('UTF-16. Save it as UTF-8')
    expect(() => parse('command;account;amount\n')).toThrow('with commas between')
    expect(() => parse('deposit money,a,,,,500\n')).toThrow('must name the columns')
    expect(() => parse('command,account,account\n')).toThrow('each once')
  })

  it('may have its columns in any order, and no more than it needs', () => {
    expect(parse('amount,command,account\n5,deposit money,a')).toEqual([
      { number: 2, command: 'deposit money', payload: { account: 'a', amount: 5 } },
    ])
  })

  it('without lines has none', () => {
    expect([parse(''), parse('\n\n'), parse(HEADER)]).toEqual([[], [], []])
  })
})
