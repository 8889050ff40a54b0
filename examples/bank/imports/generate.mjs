// Writes month.csv, a month of a small bank, and month.expected.json, what must come of it. The same files every time.
// Usage: node examples/bank/imports/generate.mjs [FOLDER]
// The expectation comes from the small model below and not from the bank, so that a test compares two implementations.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const LINES = 2_400
const MOST_AMOUNT = 100_000_000_000
const COLUMNS = ['command', 'account', 'owner', 'from', 'to', 'amount']
const OWNERS = ['Ada', 'Björn', 'Chloé', 'Smith, John', 'Lee "Lucky" Ann', 'Δημήτρης', '小林', "O'Neil", 'J. R.', 'Zoë']

/** mulberry32: small, seeded, the same on every machine. */
function createRandom(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const random = createRandom(20_260_101)
const below = (end) => Math.floor(random() * end)
const pick = (list) => list[below(list.length)]

/** The model: accounts by id, and whether a command may happen; if so it has happened. */
const accounts = {}
const isOpen = (id) => accounts[id]?.status === 'open'
const isAmount = (amount) => Number.isInteger(amount) && amount >= 1 && amount <= MOST_AMOUNT
const move = (id, cents) => (accounts[id].balance += cents)
const model = {
  'open account'({ account, owner }) {
    if (!/^[A-Za-z0-9][\w.-]{0,63}$/.test(account) || accounts[account]) return false
    accounts[account] = { owner, balance: 0, status: 'open' }
    return true
  },
  'deposit money': ({ account, amount }) => isAmount(amount) && isOpen(account) && (move(account, amount), true),
  'withdraw money'({ account, amount }) {
    if (!isAmount(amount) || !isOpen(account) || accounts[account].balance < amount) return false
    move(account, -amount)
    return true
  },
  'transfer money'({ from, to, amount }) {
    if (!isAmount(amount) || from === to || !isOpen(from) || !isOpen(to) || accounts[from].balance < amount)
      return false
    move(from, -amount)
    move(to, amount)
    return true
  },
  'close account'({ account }) {
    if (!isOpen(account) || accounts[account].balance > 0) return false
    accounts[account].status = 'closed'
    return true
  },
}

let opened = 0
const anyAccount = () => `acc-${1 + below(opened)}`
function someAccount() {
  if (random() < 0.02) return `nobody-${below(9)}`
  const first = anyAccount()
  return isOpen(first) || random() < 0.1 ? first : anyAccount()
}
/** Mostly what is there. */
const someAmount = (account) => 1 + below(random() < 0.85 ? (accounts[account]?.balance ?? 0) / 3 : 500_000)

/** A command that somebody might give, wise or not. */
function someCommand() {
  const kind = random()
  const account = someAccount()
  if (opened < 10 || kind < 0.04) return { command: 'open account', account: `acc-${++opened}`, owner: pick(OWNERS) }
  if (kind < 0.05) return { command: 'open account', account, owner: pick(OWNERS) }
  if (kind < 0.4) return { command: 'deposit money', account, amount: 1 + below(random() < 0.1 ? 5_000_000 : 20_000) }
  if (kind < 0.58) return { command: 'withdraw money', account, amount: someAmount(account) }
  if (kind < 0.6) return { command: 'withdraw money', account, amount: accounts[account]?.balance || 1 }
  if (kind < 0.64) return { command: 'close account', account: emptyAccount() ?? account }
  if (kind < 0.65) return { command: 'deposit money', account, amount: pick([0, -500, MOST_AMOUNT + 1]) }
  return { command: 'transfer money', from: account, to: someAccount(), amount: someAmount(account) }
}

/** Now and then: one that can be closed. */
function emptyAccount() {
  const empty = Object.keys(accounts).filter((id) => isOpen(id) && accounts[id].balance === 0)
  return random() < 0.4 && empty.length > 0 ? pick(empty) : undefined
}

/** Lines that are no command, whoever reads them. */
const MALFORMED = [
  'deposit money,acc-1,,,,"5,00"',
  'deposit money,acc-1,,,,5,00',
  'deposit money,acc-1,,,,12.50',
  'deposit money,acc-1,,,,five',
  'deposit money,acc-1,,,,',
  'deposit money,acc-1',
  'deposit money,"acc-1,,,,500',
  'deposit money,acc"1,,,,500',
  'transfer money,,,acc-1,,500',
  'rob bank,acc-1,,,,500',
  ',acc-1,,,,500',
  'open account,acc 1,Ada,,,',
  'open account,new-account,,,,',
  `open account,${'a'.repeat(65)},Ada,,,`,
]

const quoted = (value) => (/[",]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)
const toCsv = (command) => COLUMNS.map((column) => quoted(String(command[column] ?? ''))).join(',')

const lines = [COLUMNS.join(',')]
const rejected = []
while (lines.length <= LINES) {
  const number = lines.length + 1
  if (random() < 0.03) {
    lines.push(pick(MALFORMED))
    rejected.push(number)
  } else {
    const command = someCommand()
    lines.push(toCsv(command))
    if (!model[command.command](command)) rejected.push(number)
  }
}

const open = Object.values(accounts).filter(({ status }) => status === 'open')
const totals = { accounts: open.length, balance: open.reduce((sum, { balance }) => sum + balance, 0) }
const folder = process.argv[2] ?? import.meta.dirname
writeFileSync(join(folder, 'month.csv'), `${lines.join('\n')}\n`)
const expected = { commands: LINES, accepted: LINES - rejected.length, rejected, totals, accounts }
writeFileSync(join(folder, 'month.expected.json'), `${JSON.stringify(expected, null, 2)}\n`)
