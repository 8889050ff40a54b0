import type { QueryCase } from './query-case.ts'

/** Every operator but `$elemMatch`, on values that are no arrays. */
export const OPERATOR_CASES: readonly QueryCase[] = [
  // $ne, $in, $nin
  {
    says: '$ne finds other types and missing',
    query: { a: { $ne: 1 } },
    finds: [{ a: 2 }, { a: '1' }, { a: null }, {}],
    leaves: [{ a: 1 }],
  },
  {
    says: '$in is any of the values',
    query: { a: { $in: [1, 'x', true] } },
    finds: [{ a: 1 }, { a: 'x' }, { a: true }],
    leaves: [{ a: '1' }, { a: false }, { a: null }, {}],
  },
  {
    says: '$in with null finds missing',
    query: { a: { $in: [1, null] } },
    finds: [{ a: 1 }, { a: null }, {}],
    leaves: [{ a: 0 }, { a: [] }],
  },
  {
    says: '$in of nothing finds nothing',
    query: { a: { $in: [] } },
    finds: [],
    leaves: [{ a: 1 }, { a: null }, {}, { a: [] }],
  },
  {
    says: '$in with objects compares as a whole',
    query: { a: { $in: [{ b: 1 }, []] } },
    finds: [{ a: { b: 1 } }, { a: [] }],
    leaves: [{ a: { b: 1, c: 1 } }, { a: {} }],
  },
  {
    says: '$nin is none of the values',
    query: { a: { $nin: [1, 'x'] } },
    finds: [{ a: 2 }, { a: null }, {}],
    leaves: [{ a: 1 }, { a: 'x' }],
  },
  {
    says: '$nin with null finds what is there',
    query: { a: { $nin: [null] } },
    finds: [{ a: 0 }, { a: [] }],
    leaves: [{ a: null }, {}],
  },
  { says: '$nin of nothing finds everything', query: { a: { $nin: [] } }, finds: [{ a: 1 }, {}], leaves: [] },

  // Ranges, within one type only
  {
    says: '$gt compares numbers with numbers',
    query: { a: { $gt: 5 } },
    finds: [{ a: 5.1 }, { a: 1e300 }],
    leaves: [{ a: 5 }, { a: -6 }, { a: '6' }, { a: 'x' }, { a: true }, { a: null }, {}, { a: { b: 6 } }],
  },
  {
    says: '$gte includes the limit',
    query: { a: { $gte: 5 } },
    finds: [{ a: 5 }, { a: 6 }],
    leaves: [{ a: 4.9 }, { a: '5' }],
  },
  {
    says: '$lt says nothing of null or missing',
    query: { a: { $lt: 5 } },
    finds: [{ a: 4 }, { a: -1e300 }],
    leaves: [{ a: 5 }, { a: null }, {}, { a: '' }, { a: false }],
  },
  {
    says: '$lte includes the limit',
    query: { a: { $lte: 5 } },
    finds: [{ a: 5 }, { a: 0 }],
    leaves: [{ a: 5.1 }, { a: '4' }],
  },
  {
    says: 'texts compare as texts',
    query: { a: { $gt: '10' } },
    finds: [{ a: '9' }, { a: '100' }, { a: 'a' }],
    leaves: [{ a: '10' }, { a: '1' }, { a: 11 }, { a: '' }],
  },
  {
    says: 'texts compare by code points',
    query: { a: { $gt: '\uffff' } },
    finds: [{ a: '\u{10000}' }, { a: '\u{1f600}' }],
    leaves: [{ a: '\uffff' }, { a: '\ue000' }, { a: 'z' }],
  },
  {
    says: 'capital letters are before small ones',
    query: { a: { $lt: 'a' } },
    finds: [{ a: 'Z' }, { a: '' }, { a: '9' }],
    leaves: [{ a: 'a' }, { a: 'é' }],
  },
  {
    says: 'false is below true',
    query: { a: { $lt: true } },
    finds: [{ a: false }],
    leaves: [{ a: true }, { a: 0 }, { a: null }, {}],
  },
  {
    says: 'two limits make a range',
    query: { a: { $gte: 2, $lt: 4 } },
    finds: [{ a: 2 }, { a: 3.9 }],
    leaves: [{ a: 1 }, { a: 4 }],
  },
  {
    says: 'a range within a path',
    query: { 'a.b': { $gt: 1 } },
    finds: [{ a: { b: 2 } }],
    leaves: [{ a: { b: 1 } }, { a: 2 }],
  },
  {
    says: 'objects compare with objects',
    query: { a: { $gt: { b: 1 } } },
    finds: [{ a: { b: 2 } }, { a: { c: 0 } }],
    leaves: [{ a: { b: 1 } }, { a: {} }, { a: 5 }, { a: 'x' }],
  },

  // $exists
  {
    says: '$exists finds null',
    query: { a: { $exists: true } },
    finds: [{ a: null }, { a: 0 }, { a: [] }],
    leaves: [{}, { b: 1 }],
  },
  {
    says: '$exists false finds only missing',
    query: { a: { $exists: false } },
    finds: [{}, { b: 1 }],
    leaves: [{ a: null }, { a: [] }],
  },
  {
    says: '$exists at a path',
    query: { 'a.b': { $exists: true } },
    finds: [{ a: { b: null } }],
    leaves: [{ a: {} }, { a: 1 }, { a: null }, {}],
  },

  // $regex
  {
    says: '$regex finds a part',
    query: { a: { $regex: 'ell' } },
    finds: [{ a: 'hello' }],
    leaves: [{ a: 'Ell' }, { a: 'el' }, { a: null }, {}, { a: { b: 'ell' } }],
  },
  {
    says: '$regex looks at texts only',
    query: { a: { $regex: '1' } },
    finds: [{ a: '1' }],
    leaves: [{ a: 1 }, { a: true }],
  },
  {
    says: '$regex with anchors',
    query: { a: { $regex: '^h.*o$' } },
    finds: [{ a: 'hello' }, { a: 'ho' }],
    leaves: [{ a: 'oh hello' }, { a: 'h\no' }],
  },
  {
    says: '$options i is any case',
    query: { a: { $regex: '^HÉL', $options: 'i' } },
    finds: [{ a: 'hélas' }, { a: 'HÉL' }],
    leaves: [{ a: 'helas' }],
  },
  {
    says: '$regex counts characters, not halves of them',
    query: { a: { $regex: '^.$' } },
    finds: [{ a: 'x' }, { a: '\u{1f600}' }],
    leaves: [{ a: 'xx' }, { a: '' }],
  },
  {
    says: '$regex with classes, choices and repeats',
    query: { a: { $regex: '^(?:[a-c]{2}|\\d+)x?$' } },
    finds: [{ a: 'ab' }, { a: 'ccx' }, { a: '12345' }],
    leaves: [{ a: 'a' }, { a: 'abc' }, { a: 'x' }],
  },
  {
    says: '% and _ mean themselves',
    query: { a: { $regex: '^%_$' } },
    finds: [{ a: '%_' }],
    leaves: [{ a: 'ab' }, { a: '%%' }],
  },

  // $and, $or, $not
  {
    says: '$and must all hold',
    query: { $and: [{ a: { $gt: 1 } }, { a: { $lt: 3 } }] },
    finds: [{ a: 2 }],
    leaves: [{ a: 1 }, { a: 3 }],
  },
  {
    says: '$and of one is that one',
    query: { $and: [{ a: { $ne: 1 } }] },
    finds: [{ a: 2 }, {}],
    leaves: [{ a: 1 }],
  },
  {
    says: '$or must hold once',
    query: { $or: [{ a: 1 }, { b: 1 }] },
    finds: [{ a: 1 }, { b: 1 }, { a: 1, b: 1 }],
    leaves: [{ a: 2, b: 2 }, {}],
  },
  {
    says: '$or beside a field',
    query: { c: 1, $or: [{ a: 1 }, { b: 1 }] },
    finds: [{ c: 1, b: 1 }],
    leaves: [{ b: 1 }, { c: 1 }],
  },
  {
    says: '$and and $or in one another',
    query: { $or: [{ $and: [{ a: 1 }, { b: 1 }] }, { $and: [{ a: 2 }, { $or: [{ b: 2 }, { b: 3 }] }] }] },
    finds: [
      { a: 1, b: 1 },
      { a: 2, b: 3 },
    ],
    leaves: [
      { a: 1, b: 2 },
      { a: 2, b: 1 },
    ],
  },
  {
    says: '$not finds other types and missing',
    query: { a: { $not: { $gt: 5 } } },
    finds: [{ a: 5 }, { a: 'x' }, { a: null }, {}],
    leaves: [{ a: 6 }],
  },
  {
    says: '$not of two is not both',
    query: { a: { $not: { $gt: 1, $lt: 5 } } },
    finds: [{ a: 1 }, { a: 5 }, {}],
    leaves: [{ a: 3 }],
  },
  { says: '$not of $not', query: { a: { $not: { $not: { $eq: 1 } } } }, finds: [{ a: 1 }], leaves: [{ a: 2 }, {}] },
  {
    says: '$not with $regex',
    query: { a: { $not: { $regex: '^x' } } },
    finds: [{ a: 'ax' }, { a: 1 }, {}],
    leaves: [{ a: 'xa' }],
  },
  {
    says: 'operators of one field must all hold',
    query: { a: { $exists: true, $ne: 1, $nin: [2], $gt: 0 } },
    finds: [{ a: 3 }],
    leaves: [{ a: 1 }, { a: 2 }, { a: 0 }, {}],
  },
]
