// A package's README shows its use first, then how to get it, and ends with the licence.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../run-tool.mjs'

/** In the order in which they stand; those that a package has nothing to say about may be absent. */
const order = ['Usage', 'Install', 'Options', 'Guarantees', 'Errors', 'Licence']
const mandatory = ['Usage', 'Install', 'Licence']
const maxLines = 120

export function* checkReadme({ folder, manifest }) {
  if (manifest.private) return
  const path = join(root, folder, 'README.md')
  if (!existsSync(path)) {
    yield 'README.md is missing'
    return
  }
  const text = readFileSync(path, 'utf8')
  const lines = text.trimEnd().split('\n')
  if (lines.length > maxLines)
    yield `README.md has ${lines.length} lines: at most ${maxLines}, the rest belongs in docs/`
  // Headings inside a code fence are none.
  const prose = text.replace(/^```[\s\S]*?^```/gm, '')
  if (!/^# .+\n+[^#\n]/.test(prose)) yield 'README.md does not begin with its name and a sentence'
  const headings = [...prose.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading.trim())
  for (const heading of mandatory) if (!headings.includes(heading)) yield `README.md has no section "${heading}"`
  const places = headings.map((heading) =>
    order.findIndex((word) => heading === word || heading.startsWith(`${word} `)),
  )
  const known = places.filter((place) => place >= 0)
  if (known.some((place, index) => index > 0 && place < known[index - 1])) {
    yield `README.md has its sections out of order: ${order.join(', ')}`
  }
}
