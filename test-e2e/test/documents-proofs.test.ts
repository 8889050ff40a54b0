// docs/reference/proofs.md says which test shows which proof; the titles of the tests say it too.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { inRoot } from './support/workspace.ts'

const ROW = /^\| (\d+) \|.*\|([^|]*)\|$/gm
const LINK = /\]\(\.\.\/\.\.\/([^)]+)\)/g
/** A title begins with the numbers of the proofs; in a conformance suite, after the ids of its promises. */
const TITLE = /['`](?:[A-Z][A-Z, -]+: )?((?:\[\d{1,3}\] )+)(?=[\w$%"])/g

/** Number and file of each proof, as `12 packages/x/test/y.test.ts`. */
function proofsInDocument(): readonly string[] {
  const text = readFileSync(inRoot('docs/reference/proofs.md'), 'utf8')
  return [...text.matchAll(ROW)].flatMap(([, number, tests = '']) =>
    [...tests.matchAll(LINK)].map(([, file]) => `${number} ${file}`),
  )
}

function proofsInTitles(): readonly string[] {
  const folders = ['packages', 'apps', 'examples'].flatMap((parent) =>
    readdirSync(inRoot(parent)).flatMap((name) => [`${parent}/${name}/src`, `${parent}/${name}/test`]),
  )
  return [...folders, 'test-e2e/test', 'test-proofs/test'].flatMap(filesIn).flatMap((file) => {
    const titles = readFileSync(inRoot(file), 'utf8').matchAll(TITLE)
    const numbers = [...titles].flatMap(([, found = '']) => found.match(/\d+/g) ?? [])
    return [...new Set(numbers)].map((number) => `${number} ${file}`)
  })
}

function filesIn(folder: string): readonly string[] {
  const names = readdirSync(inRoot(folder), { recursive: true, encoding: 'utf8' })
  return names
    .filter((name) => /\.test\.ts$|^[a-z-]+\/checks-[a-z-]+\.ts$/.test(name))
    .map((name) => `${folder}/${name}`)
}

it('proofs.md names for each proof the tests whose titles begin with its number', () => {
  expect(proofsInDocument().toSorted()).toEqual(proofsInTitles().toSorted())
})
