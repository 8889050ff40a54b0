import { defineModel } from '@micro/core'
import { AccountSchema } from '../schemas/account.schema.ts'

export const accounts = defineModel('account', { key: 'account', schema: AccountSchema, indexes: ['owner'] })
