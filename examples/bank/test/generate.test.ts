import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readExpected } from './expected-month.ts'

it('the committed month is what its generator writes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'month-'))
  execFileSync(process.execPath, ['imports/generate.mjs', folder])
  expect(readFileSync(join(folder, 'month.csv'), 'utf8')).toBe(readFileSync('imports/month.csv', 'utf8'))
  expect(readExpected(folder)).toEqual(readExpected())
  rmSync(folder, { recursive: true })
})
