import { realpathSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** Whether this module is the program and not an import; through links too, where the two paths differ in spelling. */
export const isMain = (moduleUrl) =>
  process.argv[1] !== undefined && moduleUrl === pathToFileURL(realpathSync(process.argv[1])).href
