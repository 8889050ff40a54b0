export { logger } from './logger.ts'
export { DEFAULTS, FILE_DEFAULTS } from './options.ts'
export type { LogDestination, LogFilesOptions, LoggerOptions } from './options.ts'
