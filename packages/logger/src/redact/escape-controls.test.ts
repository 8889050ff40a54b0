import { expect, it } from 'vitest'
import { escapeControls, escapeLineEnds } from './escape-controls.ts'

it('shows characters that drive a terminal or turn a text around', () => {
  expect(escapeControls('a\u0000b\u001b[31mc\u009b1md\u007f')).toBe(String.raw`a\x00b\x1b[31mc\x9b1md\x7f`)
  expect(escapeControls('\u202eevil\u2028\u2066\ufeff')).toBe(String.raw`\u202eevil\u2028\u2066\ufeff`)
})

it('leaves letters of any script, and line ends to JSON', () => {
  const text = 'Größe 大小 🎉 a\tb\r\nc'
  expect(escapeControls(text)).toBe(text)
})

it('shows line ends where there is no JSON to do so', () => {
  expect(escapeLineEnds('a\r\nINFO: forged\tb')).toBe(String.raw`a\r\nINFO: forged\tb`)
})
