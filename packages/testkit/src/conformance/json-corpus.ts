import type { JsonObject } from '@micro/core'

/** What JSON can say, and stores and wires get wrong. Each must come back as the same text. */
export function jsonCorpus(): Readonly<Record<string, JsonObject>> {
  return {
    empty: {},
    scalars: { text: 'a', zero: 0, minus: -1, half: 0.5, yes: true, no: false, nothing: null },
    numbers: {
      largest: Number.MAX_SAFE_INTEGER,
      smallest: Number.MIN_SAFE_INTEGER,
      int32: 2 ** 31,
      beyondInt64: 2 ** 64,
      huge: Number.MAX_VALUE,
      tiny: Number.MIN_VALUE,
      inexact: 0.1 + 0.2,
      exponent: 1e21,
      whole: 5.0,
    },
    'order of keys': { z: 1, a: 2, m: { y: 1, b: 2 }, 10: 'ten', 2: 'two' },
    'odd keys': {
      '': 1,
      ' ': 2,
      'a.b': 3,
      a$b: 4,
      ä: 5,
      '"': 6,
      '\\': 7,
      'a\nb': 8,
      'nul\u0000': 9,
      [`x${'y'.repeat(300)}`]: 10,
    },
    'names of the language': JSON.parse(
      '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":1,"hasOwnProperty":2,"length":3}',
    ) as JsonObject,
    'names of stores': {
      _id: 1,
      id: 2,
      position: 3,
      stream: 4,
      revision: 5,
      type: 6,
      time: 7,
      rowid: 8,
      ___id: 9,
      $: 10,
    },
    lists: { none: [], nested: [[], [[]], [1, [2, [3]]]], mixed: [1, 'a', null, true, {}, []], holes: [null, null] },
    'text of many kinds': {
      empty: '',
      control: '\u0000\u0001\b\t\n\v\f\r\u001b\u007f\u0085',
      separators: '\u2028\u2029\u00a0\ufeff\u200b\u200d',
      quotes: '\'"`\\/',
      unicode: 'äöü ß Ω ж 人 あ 한 עברית العربية',
      pairs: '😀👩‍👩‍👧‍👦𝒳\u{10ffff}',
      forms: 'é e\u0301 Å A\u030a',
      direction: '\u202eabc\u202c',
      injection: "'; DROP TABLE events; -- {$ne: 1} <script> ${x} %s %00",
      looksLikeDate: '2024-05-06T07:08:09.123Z',
      looksLikeNumber: '0012',
      looksLikeJson: '{"a":1}',
      spaces: '  a  ',
    },
    'long text': { text: 'x😀'.repeat(20_000) },
    'many keys': Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`key-${index}`, index])),
    'deep nesting': nested(32),
  }
}

function nested(depth: number): JsonObject {
  return depth === 0 ? { end: true } : { inner: nested(depth - 1), list: [depth] }
}
