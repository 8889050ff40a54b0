import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { inRoot } from './workspace.ts'

export interface Document {
  /** Relative to the top, with `/`. */
  readonly path: string
  readonly text: string
}

export interface Fence {
  readonly document: string
  /** Of its first line of code, from 1. */
  readonly line: number
  readonly language: string
  /** What else stands behind the language. */
  readonly words: readonly string[]
  readonly code: string
  /** Code in a comment `<!-- given … -->` right above: what a fragment needs to compile. */
  readonly given: string | undefined
}

/** Everything that people read: at the top, in `docs`, and the README of each package. */
export function readDocuments(): readonly Document[] {
  const top = readdirSync(inRoot()).filter((name) => name.endsWith('.md'))
  const docs = filesBelow('docs')
  const readmes = ['packages', 'apps', 'examples'].flatMap((parent) =>
    readdirSync(inRoot(parent)).map((name) => `${parent}/${name}/README.md`),
  )
  return [...top, ...docs, ...readmes.filter((path) => existsSync(inRoot(path)))]
    .toSorted()
    .map((path) => ({ path, text: readFileSync(inRoot(path), 'utf8') }))
}

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(inRoot(folder))) return []
  const files = readdirSync(inRoot(folder), { recursive: true, encoding: 'utf8' })
  return files.filter((file) => file.endsWith('.md')).map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
}

const FENCE = /(?:<!-- given\n([^]*?)-->\n+)?^( *)(`{3,}|~{3,})([^\n]*)\n([^]*?)^\2\3 *$/gm

export function fencesIn({ path, text }: Document): readonly Fence[] {
  return [...text.matchAll(FENCE)].map((match) => {
    const [whole, given, indent = '', , info = '', code = ''] = match
    const [language = '', ...words] = info.trim().split(/\s+/)
    const codeLines = code.split('\n').length
    const line = lineAt(text, match.index + whole.length) - codeLines + 1
    return { document: path, line, language, words, given, code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), '') }
  })
}

const lineAt = (text: string, at: number): number => text.slice(0, at).split('\n').length

export const placeOf = ({ document, line }: Fence): string => `${document}:${line}`

/** The text without its fences. */
export function proseOf({ text }: Document): string {
  return text.replaceAll(FENCE, '')
}
