// As silent-logger.ts, for programs that run from dist as users run them.
import { defineModule } from '@micro/core'

const silent = {
  ...Object.fromEntries(['trace', 'debug', 'info', 'warn', 'error', 'fatal'].map((level) => [level, () => {}])),
  child: () => silent,
  flush: async () => {},
}

export const silentModule = defineModule({ name: 'silence', provides: 'logger', create: () => silent })
