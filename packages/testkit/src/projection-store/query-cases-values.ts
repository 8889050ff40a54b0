import type { QueryCase } from './query-case.ts'

/** Equality, null, objects and paths. */
export const VALUE_CASES: readonly QueryCase[] = [
  { says: 'no condition finds every row', query: {}, finds: [{}, { a: 1 }], leaves: [] },

  // Equality
  {
    says: 'a value is equality',
    query: { a: 'x' },
    finds: [{ a: 'x' }],
    leaves: [{ a: 'X' }, { a: 'x ' }, { a: '' }, {}, { b: 'x' }],
  },
  { says: '$eq is the same', query: { a: { $eq: 'x' } }, finds: [{ a: 'x' }], leaves: [{ a: 'xx' }, { a: null }, {}] },
  {
    says: 'a number is no text',
    query: { a: 1 },
    finds: [{ a: 1 }],
    leaves: [{ a: '1' }, { a: true }, { a: 1.5 }, {}],
  },
  {
    says: 'a text is no number',
    query: { a: '1' },
    finds: [{ a: '1' }],
    leaves: [{ a: 1 }, { a: '1.0' }, { a: '01' }],
  },
  {
    says: 'false is not 0, null or missing',
    query: { a: false },
    finds: [{ a: false }],
    leaves: [{ a: 0 }, { a: null }, { a: '' }, {}],
  },
  { says: 'true is not 1', query: { a: true }, finds: [{ a: true }], leaves: [{ a: 1 }, { a: 'true' }, { a: false }] },
  { says: '0 is 0', query: { a: 0 }, finds: [{ a: 0 }], leaves: [{ a: false }, { a: null }, { a: '0' }, {}] },
  {
    says: 'large integers are told apart',
    query: { a: 9007199254740991 },
    finds: [{ a: 9007199254740991 }],
    leaves: [{ a: 9007199254740990 }],
  },
  {
    says: 'fractions are told apart',
    query: { a: 0.1 },
    finds: [{ a: 0.1 }],
    leaves: [{ a: 0.10000000000000002 }, { a: 0.30000000000000004 }],
  },
  { says: 'the empty text is a text', query: { a: '' }, finds: [{ a: '' }], leaves: [{ a: ' ' }, { a: null }, {}] },
  {
    says: 'composed and decomposed letters differ',
    query: { a: 'é' },
    finds: [{ a: 'é' }],
    leaves: [{ a: 'e\u0301' }, { a: 'e' }],
  },
  {
    says: 'several fields must all hold',
    query: { a: 1, b: 2 },
    finds: [{ a: 1, b: 2 }],
    leaves: [{ a: 1 }, { b: 2 }, { a: 2, b: 1 }],
  },

  // Null and missing
  {
    says: 'null finds null and missing',
    query: { a: null },
    finds: [{ a: null }, {}, { b: 1 }],
    leaves: [{ a: 0 }, { a: '' }, { a: false }, { a: {} }, { a: [] }, { a: 'null' }],
  },
  {
    says: '$ne null finds what is there',
    query: { a: { $ne: null } },
    finds: [{ a: 0 }, { a: '' }, { a: false }, { a: {} }, { a: [] }],
    leaves: [{ a: null }, {}],
  },
  {
    says: '$gte and $lte null are as null',
    query: { a: { $gte: null } },
    finds: [{ a: null }, {}],
    leaves: [{ a: 0 }, { a: 'x' }],
  },
  {
    says: 'nothing is above null',
    query: { a: { $gt: null } },
    finds: [],
    leaves: [{ a: null }, {}, { a: 0 }, { a: 'x' }, { a: true }],
  },

  // Objects
  {
    says: 'an object is equal as a whole',
    query: { a: { b: 1 } },
    finds: [{ a: { b: 1 } }],
    leaves: [{ a: { b: 1, c: 2 } }, { a: {} }, { a: { b: 2 } }, { a: 1 }, { 'a.b': 1 }],
  },
  {
    says: 'the order of properties does not matter',
    query: { a: { b: 1, c: 2 } },
    finds: [{ a: { b: 1, c: 2 } }, { a: { c: 2, b: 1 } }],
    leaves: [{ a: { b: 2, c: 1 } }],
  },
  {
    says: 'an empty object is only an empty object',
    query: { a: {} },
    finds: [{ a: {} }],
    leaves: [{ a: [] }, { a: null }, {}, { a: { b: 1 } }],
  },
  {
    says: 'null inside an object is not missing',
    query: { a: { b: null } },
    finds: [{ a: { b: null } }],
    leaves: [{ a: {} }, { a: { c: null } }],
  },
  {
    says: 'deep values are equal deeply',
    query: { a: { b: [{ c: [1, { d: null }] }] } },
    finds: [{ a: { b: [{ c: [1, { d: null }] }] } }],
    leaves: [{ a: { b: [{ c: [1, { d: 0 }] }] } }, { a: { b: [{ c: [1, {}] }] } }],
  },

  // Paths
  {
    says: 'a dotted path enters objects',
    query: { 'a.b': 1 },
    finds: [{ a: { b: 1, c: 2 } }],
    leaves: [{ a: { b: 2 } }, { a: { c: 1 } }, { a: 1 }, { b: 1 }, {}],
  },
  { says: 'a dotted path is no name with a dot', query: { 'a.b': 1 }, finds: [], leaves: [{ 'a.b': 1 }] },
  {
    says: 'null at a path: the object, its property or both may miss',
    query: { 'a.b': null },
    finds: [{}, { a: {} }, { a: null }, { a: 4 }, { a: { b: null } }],
    leaves: [{ a: { b: 1 } }, { a: { b: {} } }],
  },
  {
    says: 'a long path',
    query: { 'a.b.c.d': 'x' },
    finds: [{ a: { b: { c: { d: 'x' } } } }],
    leaves: [{ a: { b: { c: 'x' } } }, { a: { b: { d: 'x' } } }],
  },
  {
    says: 'names that objects inherit are not there',
    query: { constructor: null, 'a.toString': null },
    finds: [{}, { a: {} }],
    leaves: [{ constructor: 1 }, { a: { toString: 1 } }],
  },
]
