import { readdir } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A file in a folder beside the service. */
export interface SheetFile {
  /** Name without its extension: `deposit-money.rule`. */
  readonly name: string
  readonly url: string
}

/**
 * The modules of a folder, in alphabetical order: those of the same kind (`.ts`, `.js`, …) as the file that asks, so that it
 * works from TypeScript under a test runner and from `dist` under Node. A missing folder is empty.
 */
export async function listSheetFiles(base: string, folder: string): Promise<readonly SheetFile[]> {
  const extension = extname(new URL(base).pathname)
  const directory = new URL(`./${folder}/`, base)
  let files: readonly string[]
  try {
    files = await readdir(fileURLToPath(directory), { recursive: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  return files
    .filter((file) => extname(file) === extension && !/\.(d|test|spec|test-d)\.[cm]?[jt]s$/.test(file))
    .sort()
    .map((file) => {
      const path = file.replaceAll('\\', '/')
      return { name: path.slice(path.lastIndexOf('/') + 1, -extension.length), url: new URL(path, directory).href }
    })
}
