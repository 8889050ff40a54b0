import { defineCommand, defineEvents, defineModel, defineViewContract } from '@micro/core'

const text = { type: 'string' } as const
const amount = { type: 'integer', minimum: 1 } as const
const number = { type: 'integer' } as const

/** `ref` is the caller's id of the command: events carry it, so that the log tells whose they are. */
const ref = text
const Account = {
  type: 'object',
  properties: { ref, account: text, owner: text },
  required: ['ref', 'account', 'owner'],
} as const
const Movement = {
  type: 'object',
  properties: { ref, account: text, amount },
  required: ['ref', 'account', 'amount'],
} as const
const Transfer = {
  type: 'object',
  properties: { ref, from: text, to: text, amount },
  required: ['ref', 'from', 'to', 'amount'],
} as const
const Limit = {
  type: 'object',
  properties: { ref, account: text, owner: text, limit: number },
  required: ['ref', 'account', 'owner', 'limit'],
} as const
const Welcome = {
  type: 'object',
  properties: { ref, gift: amount, alike: text },
  required: ['ref', 'gift', 'alike'],
} as const
const LogIn = { type: 'object', properties: { ref, login: text }, required: ['ref', 'login'] } as const

const service = 'bank'
export const openAccount = defineCommand('open account', { service, payload: Account })
export const closeAccount = defineCommand('close account', { service, payload: Account })
export const depositMoney = defineCommand('deposit money', { service, payload: Movement })
export const withdrawMoney = defineCommand('withdraw money', { service, payload: Movement })
export const transferMoney = defineCommand('transfer money', { service, payload: Transfer })
export const setLimit = defineCommand('set limit', { service, payload: Limit })
export const welcomeCustomer = defineCommand('welcome customer', { service, payload: Welcome })
export const logIn = defineCommand('log in', { service, payload: LogIn })
export const rememberMe = defineCommand('remember me', { service, payload: LogIn })

export const accountView = defineViewContract('account', {
  service,
  payload: { type: 'object', properties: { account: text }, required: ['account'] },
})
export const everything = defineViewContract('everything', { service, payload: { type: 'object', properties: {} } })

export const bankEvents = defineEvents({
  'account opened': { type: 'object', properties: { account: text, owner: text }, required: ['account', 'owner'] },
  'account closed': { type: 'object', properties: { account: text }, required: ['account'] },
  'owner bound': { type: 'object', properties: { account: text, owner: text }, required: ['account', 'owner'] },
  'owner released': { type: 'object', properties: { owner: text }, required: ['owner'] },
  'money deposited': { type: 'object', properties: { account: text, amount }, required: ['account', 'amount'] },
  'money withdrawn': { type: 'object', properties: { account: text, amount }, required: ['account', 'amount'] },
  'limit set': { type: 'object', properties: { account: text, limit: number }, required: ['account', 'limit'] },
  'logged in': { type: 'object', properties: { login: text, tokenHash: text }, required: ['login', 'tokenHash'] },
} as const)

export const account = defineModel('account', {
  key: 'id',
  schema: {
    type: 'object',
    properties: { id: text, owner: text, balance: number, isOpen: { type: 'boolean' } },
    required: ['id', 'owner', 'balance', 'isOpen'],
  } as const,
  indexes: [],
})

/** The account that an owner has open, '' for none. */
export const owner = defineModel('owner', {
  key: 'id',
  schema: { type: 'object', properties: { id: text, account: text }, required: ['id', 'account'] } as const,
  indexes: [],
})

/** Of a module of its own: a rule that reads it too decides on two projections. */
export const limit = defineModel('limit', {
  key: 'id',
  schema: { type: 'object', properties: { id: text, limit: number }, required: ['id', 'limit'] } as const,
  indexes: [],
})

export const login = defineModel('login', {
  key: 'id',
  schema: {
    type: 'object',
    properties: { id: text, tokenHash: text, times: number },
    required: ['id', 'tokenHash', 'times'],
  } as const,
  indexes: [],
})
