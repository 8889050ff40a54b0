const DIGIT_0 = 0x30
const DIGIT_9 = 0x39

/**
 * Whether a number in JSON text is still the same number after it was read: `1.10` and `1e2` are, `1e400`,
 * `9007199254740993`, `0.12345678901234567890` and `-0` are not.
 *
 * @param token a number as JSON writes it
 */
export function keepsItsValue(token: string): boolean {
  if (isShort(token)) return true
  const value = Number(token)
  if (!Number.isFinite(value) || Object.is(value, -0)) return false
  const [sent, kept] = [decimal(token), decimal(String(value))]
  return sent.digits === kept.digits && sent.exponent === kept.exponent
}

/** A double holds any 15 digits, wherever the point is. */
function isShort(token: string): boolean {
  if (token.length > 15) return false
  let isZero = true
  for (let at = 0; at < token.length; at++) {
    const code = token.charCodeAt(at)
    // The letter of an exponent.
    if (code > DIGIT_9) return false
    if (code > DIGIT_0) isZero = false
  }
  return !isZero || token[0] !== '-'
}

/** A number's digits, without zeros at either end and without its sign, and the power of ten of the last one. */
function decimal(token: string): { readonly digits: string; readonly exponent: number } {
  const [mantissa = '', power = '0'] = token.toLowerCase().replace(/^-/, '').split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const { digits, removed } = trimZeros(whole + fraction)
  return digits === '' ? { digits: '0', exponent: 0 } : { digits, exponent: Number(power) - fraction.length + removed }
}

/** By hand: `/0+$/` takes quadratic time on long runs of zeros that do not end the text. */
function trimZeros(text: string): { readonly digits: string; readonly removed: number } {
  let start = 0
  let end = text.length
  while (start < end && text[start] === '0') start++
  while (end > start && text[end - 1] === '0') end--
  return { digits: text.slice(start, end), removed: text.length - end }
}
