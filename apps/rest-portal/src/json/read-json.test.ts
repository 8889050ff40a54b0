import { expect, it } from 'vitest'
import { Refusal } from '../errors/refusal.ts'
import { checkJson } from './check-json.ts'
import { readJson } from './read-json.ts'

const read = (text: string): unknown => readJson(new TextEncoder().encode(text))

// y_* of JSONTestSuite, but for those that say one thing twice or name a number that no double is.
it.each([
  '[[]   ]',
  '[""]',
  '[]',
  '["a"]',
  '[false]',
  '[null, 1, "1", {}]',
  '[1\n]',
  ' [1]',
  '[2] ',
  '[123e65]',
  '[0e+1]',
  '[0e1]',
  '[ 4]',
  '[-123]',
  '[-1]',
  '[1E-2]',
  '[123.456e78]',
  '[123.456789]',
  '{"asd":"sdf", "dfg":"fgh"}',
  '{"":0}',
  String.raw`{"foo\u0000bar": 42}`,
  String.raw`{"min": -1.0e+28, "max": 1.0e+28}`,
  '{"a":[]}',
  '{\n"a": "b"\n}',
  String.raw`["\u0060\u012a\u12AB"]`,
  String.raw`["\uD801\udc37"]`,
  String.raw`["\"\\\/\b\f\n\r\t"]`,
  String.raw`["\\u0000"]`,
  '["\\"]"]',
  '["a/*b*/c/*d//e"]',
  '["new\\u000Aline"]',
  '["€𝄞"]',
  '["{\\"a\\":1,\\"a\\":2}"]',
  '"asd"',
  'true',
  'null',
  '""',
  '{"a":{"b":1},"c":{"b":1}}',
  '[{"a":1},{"a":1}]',
  '{"a":[1,{"b":2}],"b":3}',
  String.raw`{"a":"\",\"a\":1,\"a","\\":"\\"}`,
  '{"a":1.50,"b":[-0.5e1,2],"c":-7}',
])('reads %s as JSON.parse does', (text) => {
  expect(read(text)).toEqual(JSON.parse(text))
})

// n_* of JSONTestSuite.
it.each([
  '[1 true]',
  '["": 1]',
  '[""],',
  '[,1]',
  '[1,,2]',
  '["x"]]',
  '["",]',
  '["x"',
  '[3[4]]',
  '[fals]',
  '[-01]',
  '[+1]',
  '[.123]',
  '[0.e1]',
  '[1.]',
  '[0x1]',
  '[Infinity]',
  '[NaN]',
  '[2.e3]',
  '[012]',
  '{"a" b}',
  '{"a":"b"}#',
  '{1:1}',
  '{a: "b"}',
  '{"id":0,}',
  "{'a':0}",
  '{"a":"a" 123}',
  '["a\u0000a"]',
  '["\n"]',
  String.raw`["\x00"]`,
  String.raw`["\u00A"]`,
  '["',
  '',
  ' ',
  '<.>',
  '[1]x',
  '{}}',
  '[⁠]',
  '\u000c[]',
])('refuses %j', (text) => {
  expect(() => read(text)).toThrow(Refusal)
})

it('says where it is, without repeating the body', () => {
  expect(() => read('{"secret":"x",}')).toThrow(/^The body is not valid JSON \(position \d+\)\.$/)
  expect(() => read('{"a/b":{"~":[{"x":-0}]}}')).toThrow(
    'The body at /a~1b/~0/0/x is a number that cannot be kept exactly',
  )
  expect(() => read('-0')).toThrow('The body is a number that cannot be kept exactly')
  expect(() => read('[{"x":[]},{},-0]')).toThrow('The body at /2 is a number that cannot be kept exactly')
  expect(() => read('{"a":{"b":{}},"c":[[1]],"a":2}')).toThrow('The body at /a is there twice')
})

it('counts keys and levels, not members', () => {
  const limits = { depth: 2, keys: 3 }
  expect(() => checkJson('{"a":{"b":1},"c":[1,2,3,4,5]}', limits)).not.toThrow()
  expect(() => checkJson('{"a":[[]]}', limits)).toThrow('more than 2 levels')
  expect(() => checkJson('{"a":{"b":1,"c":1,"d":1}}', limits)).toThrow('more than 3 keys')
})
