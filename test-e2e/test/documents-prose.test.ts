// What documents refer to is there: files, headings, error codes; and what they show of JSON is JSON.
import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { ERROR_CODES } from '@micro/core'
import { describe, expect, it } from 'vitest'
import { type Document, fencesIn, placeOf, proseOf, readDocuments } from './support/documents.ts'
import { inRoot, publishedPackages, root } from './support/workspace.ts'

const documents = readDocuments()

/** As the pages that show Markdown make them. */
function anchorsOf(document: Document): readonly string[] {
  const headings = [...proseOf(document).matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, heading = '']) => heading)
  const seen = new Map<string, number>()
  return headings.map((heading) => {
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const anchor = words.replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-')
    const times = seen.get(anchor) ?? 0
    seen.set(anchor, times + 1)
    return times === 0 ? anchor : `${anchor}-${times}`
  })
}

function linksOf(document: Document): readonly string[] {
  const prose = proseOf(document).replaceAll(/`[^`\n]*`/g, '``')
  const inline = [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)]
  const defined = [...prose.matchAll(/^\[[^\]]+\]: +<?(\S+?)>?$/gm)]
  return [...inline, ...defined].map(([, target = '']) => target)
}

function problemOf(target: string, { path }: Document): string | undefined {
  if (/^(https?:|mailto:)/.test(target)) return undefined
  const [file = '', anchor] = target.split('#')
  const place = file === '' ? inRoot(path) : join(inRoot(dirname(path)), decodeURIComponent(file))
  if (!existsSync(place)) return `${target}: there is no ${relative(root, place)}`
  if (relative(root, place).startsWith('..')) return `${target}: is not in the repository`
  if (anchor === undefined) return undefined
  const other = documents.find((document) => inRoot(document.path) === place)
  if (other === undefined || anchorsOf(other).includes(anchor)) return undefined
  return `${target}: ${other.path} has no heading #${anchor}`
}

describe.each(documents.map((document) => [document.path, document] as const))('%s', (_, document) => {
  it('links to what is there', () => {
    const problems = linksOf(document).map((target) => problemOf(target, document))
    expect(problems.filter((problem) => problem !== undefined)).toEqual([])
  })

  it('names no error code that does not exist', () => {
    const named = document.text.match(/\bMICRO_(?!TEST_)[A-Z_]+\b/g) ?? []
    expect(named.filter((code) => !Object.hasOwn(ERROR_CODES, code))).toEqual([])
  })

  it('shows JSON that is JSON', () => {
    for (const fence of fencesIn(document).filter(({ language }) => /^jsonl?$|^ndjson$/.test(language))) {
      const texts = fence.language === 'json' && !isLines(fence.code) ? [fence.code] : fence.code.trim().split('\n')
      for (const text of texts) expect([placeOf(fence), isJson(text), text]).toEqual([placeOf(fence), true, text])
    }
  })

  it('holds no path of somebody’s machine', () => {
    expect(document.text.match(/(?:\/home\/|\/Users\/|\/root\/|\/work\/|[A-Z]:\\)\S*/g) ?? []).toEqual([])
  })
})

const isLines = (code: string): boolean => code.trim().split('\n').every(isJson)

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('the documents', () => {
  it('are where a reader looks for them', () => {
    const paths = documents.map(({ path }) => path)
    const readmes = publishedPackages().map(({ folder }) => `${folder}/README.md`)
    expect(paths).toEqual(
      expect.arrayContaining([
        'README.md',
        'CONTRIBUTING.md',
        'docs/reference/errors.md',
        'docs/reference/events.md',
        ...readmes,
      ]),
    )
  })

  it('describe every error code once, and no other', () => {
    const errors = documents.find(({ path }) => path === 'docs/reference/errors.md')?.text ?? ''
    const described = [...errors.matchAll(/^#+ `?(MICRO_[A-Z_]+)`?$/gm)].map(([, code = '']) => code)
    expect(described.toSorted()).toEqual(Object.keys(ERROR_CODES).toSorted())
  })
})
