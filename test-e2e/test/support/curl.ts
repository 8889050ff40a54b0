/** A curl command as printed in a terminal or a document, so far as they are printed here; run without curl. */
export interface CurlCommand {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** @throws Error for an option that is not known here: what cannot be run is not taken as passed */
export function parseCurl(line: string): CurlCommand {
  const [program, ...words] = wordsOf(line)
  if (program !== 'curl') throw new Error(`This is no curl command: ${line}`)
  return readCurlWords(words)
}

/** The same of what a shell has taken apart already. */
export function readCurlWords(given: readonly string[]): CurlCommand {
  const words = [...given]
  const line = JSON.stringify(given)
  let method: string | undefined
  let url: string | undefined
  let body: string | undefined
  const headers: Record<string, string> = {}
  const value = (option: string): string => {
    const next = words.shift()
    if (next === undefined) throw new Error(`${option} has no value in: ${line}`)
    return next
  }
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '-X' || word === '--request') method = value(word)
    else if (word === '-d' || word === '--data' || word === '--json') {
      body = value(word)
      if (word === '--json') headers['content-type'] = 'application/json'
    } else if (word === '-H' || word === '--header') {
      const [name = '', ...rest] = value(word).split(':')
      headers[name.trim().toLowerCase()] = rest.join(':').trim()
    } else if (/^-[isSfG]+$|^--(silent|include|fail|show-error)$/.test(word)) continue
    else if (/^(https?:\/\/|localhost[:/])/.test(word) && url === undefined)
      url = word.replace(/^localhost/, 'http://localhost')
    else throw new Error(`"${word}" is not understood in: ${line}`)
  }
  if (url === undefined) throw new Error(`There is no address in: ${line}`)
  return { method: method ?? (body === undefined ? 'GET' : 'POST'), url, headers, body }
}

/** Words as a shell sees them: quotes joined with what touches them, nothing expanded. */
function wordsOf(line: string): string[] {
  const words: string[] = []
  const part = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)|(\s+)/gsy
  let word: string | undefined
  for (const match of line.matchAll(part)) {
    const [, single, double, escaped, bare, blank] = match
    if (blank !== undefined || escaped === '\n') {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + (single ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? escaped ?? bare ?? '')
  }
  if (word !== undefined) words.push(word)
  return words
}

export async function runCurl({ method, url, headers, body }: CurlCommand): Promise<Response> {
  return fetch(url, { method, headers, ...(body === undefined ? {} : { body }) })
}
