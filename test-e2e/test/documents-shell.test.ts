// What documents show of a terminal: it is shell, it names what exists, and its curl lines do what stands beside them.
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startBank } from './support/bank-program.ts'
import { readCurlWords, runCurl } from './support/curl.ts'
import { type Fence, fencesIn, placeOf, readDocuments } from './support/documents.ts'
import { startProgram } from './support/program.ts'
import { tempFolder } from './support/temp-folder.ts'
import { inRoot, publishedPackages, readManifest } from './support/workspace.ts'

const SHELL = ['sh', 'bash', 'shell', 'console']
const documents = readDocuments().map((document) => ({
  path: document.path,
  fences: fencesIn(document).filter(({ language }) => SHELL.includes(language)),
}))
const fences = documents.flatMap((document) => document.fences)

const scripts = Object.keys(readManifest(inRoot()).scripts ?? {})
const published = publishedPackages().map(({ manifest }) => manifest.name)
/** What npm has of its own. */
const NPM_COMMANDS = ['install', 'ci', 'test', 'start', 'run', 'exec', 'version', 'publish', 'pack']

/** What a line names that is not there. */
function missingIn(line: string): readonly string[] {
  const missing: string[] = []
  const command = line.replace(/\s+#.*$/, '')
  for (const [, name = ''] of command.matchAll(/\bnpm (?:run )?([\w:-]+)/g))
    if (!scripts.includes(name) && !NPM_COMMANDS.includes(name)) missing.push(`the script ${name}`)
  for (const [, name = ''] of command.matchAll(/\bnpm run ([\w:-]+)/g))
    if (!scripts.includes(name)) missing.push(`the script ${name}`)
  for (const [name] of command.matchAll(/@micro\/[\w-]+/g))
    if (!published.includes(name) && !name.startsWith('@micro/example-') && name !== '@micro/test-e2e')
      missing.push(`the package ${name}`)
  for (const [, file = ''] of command.matchAll(/(?:^|\s)((?:packages|apps|examples|docs|scripts|test-e2e)\/[\w./-]+)/g))
    if (!existsSync(inRoot(file))) missing.push(`the file ${file}`)
  return missing
}

/** The lines of a fence that call curl, or a function of the fence that does; none where it says `sh no-run`. */
function callsIn({ code, words }: Fence): readonly string[] {
  if (words.includes('no-run')) return []
  const lines = code.replaceAll('\\\n', ' ').split('\n')
  const functions = lines.flatMap((line) => /^(\w+)\(\)/.exec(line)?.slice(1) ?? [])
  return lines.filter((line) => functions.concat('curl').includes(line.trim().split(/\s/)[0] ?? ''))
}

describe.each(fences.map((fence) => [placeOf(fence), fence] as const))('%s', (_, fence) => {
  it('is shell, and names what exists', async () => {
    using folder = tempFolder()
    writeFileSync(join(folder.path, 'fence.sh'), fence.code)
    const { code, output } = await startProgram(['-n', 'fence.sh'], { cwd: folder.path, command: 'sh' }).ended
    expect([code, output]).toEqual([0, ''])
    expect(fence.code.split('\n').flatMap(missingIn)).toEqual([])
  })
})

describe.each(documents.filter((document) => document.fences.some((fence) => callsIn(fence).length > 0)))(
  '$path',
  (document) => {
    it('has curl lines that work, in their order, on a bank that has just been started', async () => {
      using folder = tempFolder()
      await using bank = await startBank(folder.path)
      for (const fence of document.fences.filter((each) => callsIn(each).length > 0)) {
        const lines = callsIn(fence)
        const commands = (await recordCurl(fence.code)).map(readCurlWords)
        expect(commands).toHaveLength(lines.length)
        for (const [index, command] of commands.entries()) {
          const url = command.url.replace(/^http:\/\/[^/]+/, bank.url)
          const response = await runCurl({ ...command, url })
          const text = await response.text()
          expect({ line: lines[index], ...told(response, text) }).toEqual({
            line: lines[index],
            ...shown(lines[index], text),
          })
        }
      }
    })
  },
)

interface Told {
  readonly status: number | undefined
  readonly refused: string | undefined
  readonly text: string
}

function told({ ok, status }: Response, text: string): Told {
  return ok
    ? { status, refused: undefined, text }
    : { status: undefined, refused: (JSON.parse(text) as { detail: string }).detail, text }
}

/** `# refused: why`, `# {"balance":500}`; without such a comment anything that is no refusal. */
function shown(line: string | undefined, text: string): Told {
  const [, comment = ''] = /\s# (.+)$/.exec(line ?? '') ?? []
  const [, refused] = /^refused: (.+)$/.exec(comment) ?? []
  if (refused !== undefined) return { status: undefined, refused, text }
  return { status: 200, refused: undefined, text: /^[{[]/.test(comment) ? comment : text }
}

/** Runs a script with a `curl` that only writes down what it was called with. */
async function recordCurl(script: string): Promise<readonly (readonly string[])[]> {
  using folder = tempFolder()
  const bin = join(folder.path, 'bin')
  const record = join(folder.path, 'calls.jsonl')
  mkdirSync(bin)
  appendFileSync(record, '')
  const write = `require('node:fs').appendFileSync(${JSON.stringify(record)}, JSON.stringify(process.argv.slice(2)) + '\\n')`
  writeFileSync(join(bin, 'curl'), `#!${process.execPath}\n${write}\n`)
  chmodSync(join(bin, 'curl'), 0o755)
  writeFileSync(join(folder.path, 'fence.sh'), script)
  const env = { PATH: bin + delimiter + process.env['PATH'] }
  const { code, output } = await startProgram(['-e', 'fence.sh'], { cwd: folder.path, command: 'sh', env }).ended
  if (code !== 0) throw new Error(`The script ended with ${code}: ${output}`)
  const lines = readFileSync(record, 'utf8').trim().split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as readonly string[])
}
