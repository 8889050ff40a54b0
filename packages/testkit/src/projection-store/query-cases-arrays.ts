import type { QueryCase } from './query-case.ts'

/** Arrays count as each of their elements and as a whole. */
export const ARRAY_CASES: readonly QueryCase[] = [
  {
    says: 'a value finds an array that holds it',
    query: { a: 1 },
    finds: [{ a: [1] }, { a: [0, 1] }],
    leaves: [{ a: [] }, { a: [[1]] }, { a: ['1'] }, { a: [{ a: 1 }] }],
  },
  {
    says: 'a text finds an array that holds it',
    query: { a: 'x' },
    finds: [{ a: ['x'] }, { a: ['y', 'x'] }],
    leaves: [{ a: [] }, { a: [['x']] }, { a: ['xx'] }, { a: { x: 'x' } }],
  },
  {
    says: 'an array is equal as a whole, or as an element',
    query: { a: [1, 2] },
    finds: [{ a: [1, 2] }, { a: [0, [1, 2]] }],
    leaves: [{ a: [2, 1] }, { a: [1] }, { a: [1, 2, 3] }, { a: 1 }, { a: [[[1, 2]]] }],
  },
  {
    says: 'the empty array',
    query: { a: [] },
    finds: [{ a: [] }, { a: [[]] }],
    leaves: [{ a: [1] }, { a: null }, {}, { a: {} }],
  },
  {
    says: 'an object finds an array that holds it',
    query: { a: { b: 1 } },
    finds: [{ a: [{ b: 1 }] }],
    leaves: [{ a: [{ b: 1, c: 1 }] }],
  },
  {
    says: 'null finds an array that holds null',
    query: { a: null },
    finds: [{ a: [null] }, { a: [1, null] }],
    leaves: [{ a: [] }, { a: [1] }, { a: [[null]] }],
  },
  {
    says: '$ne must hold for every element',
    query: { a: { $ne: 1 } },
    finds: [{ a: [2, 3] }, { a: [] }, { a: [[1]] }],
    leaves: [{ a: [1, 2] }],
  },
  {
    says: '$in finds an array that holds one',
    query: { a: { $in: [1, 2] } },
    finds: [{ a: [2, 9] }],
    leaves: [{ a: [3] }, { a: [] }],
  },
  {
    says: '$in with an array finds it as a whole or as an element',
    query: { a: { $in: [[1, 2]] } },
    finds: [{ a: [1, 2] }, { a: [[1, 2], 3] }],
    leaves: [{ a: [1] }],
  },
  {
    says: '$nin must hold for every element',
    query: { a: { $nin: [1, 2] } },
    finds: [{ a: [3] }, { a: [] }],
    leaves: [{ a: [3, 2] }],
  },
  {
    says: 'a range holds for one element',
    query: { a: { $gt: 5 } },
    finds: [{ a: [1, 6] }],
    leaves: [{ a: [1, 5] }, { a: [] }, { a: [[6]] }, { a: ['6'] }],
  },
  {
    says: 'two limits may be met by different elements',
    query: { a: { $gt: 5, $lt: 3 } },
    finds: [{ a: [1, 9] }],
    leaves: [{ a: [4] }, { a: [1] }, { a: 4 }],
  },
  {
    says: 'arrays compare with arrays',
    query: { a: { $gt: [1, 2] } },
    finds: [{ a: [1, 3] }, { a: [2] }, { a: [1, 2, 0] }, { a: [0, [1, 3]] }],
    leaves: [{ a: [1, 2] }, { a: [1] }, { a: [] }, { a: 5 }],
  },
  { says: '$exists finds an empty array', query: { a: { $exists: true } }, finds: [{ a: [] }], leaves: [{}] },
  {
    says: '$regex finds an array that holds such a text',
    query: { a: { $regex: '^x' } },
    finds: [{ a: ['a', 'xa'] }],
    leaves: [{ a: ['a'] }, { a: [['x']] }],
  },
  {
    says: '$not must hold for every element',
    query: { a: { $not: { $gt: 5 } } },
    finds: [{ a: [1, 5] }, { a: [] }],
    leaves: [{ a: [1, 6] }],
  },

  // Paths through arrays
  {
    says: 'a path enters the objects of an array',
    query: { 'a.b': 1 },
    finds: [{ a: [{ b: 1 }] }, { a: [{ b: 0 }, { b: 1 }] }, { a: [5, { b: 1 }] }],
    leaves: [{ a: [] }, { a: [{ c: 1 }] }, { a: [[{ b: 1 }]] }, { a: [1] }],
  },
  {
    says: 'a path enters arrays on the way and at its end',
    query: { 'a.b': 1 },
    finds: [{ a: [{ b: [0, 1] }] }, { a: { b: [1] } }],
    leaves: [{ a: [{ b: [[1]] }] }],
  },
  {
    says: 'a path through two arrays',
    query: { 'a.b.c': 1 },
    finds: [{ a: [{ b: [{ c: 1 }] }] }],
    leaves: [{ a: [{ b: [{ c: 2 }] }] }, { a: [{ b: { d: 1 } }] }],
  },
  {
    says: 'null at a path: an object of the array must miss it',
    query: { 'a.b': null },
    finds: [{ a: [{ b: 1 }, {}] }, { a: [{ b: null }] }],
    leaves: [{ a: [] }, { a: [[]] }, { a: [1, 'x'] }, { a: [null] }, { a: [{ b: 1 }] }],
  },
  {
    says: '$ne null at a path',
    query: { 'a.b': { $ne: null } },
    finds: [{ a: { b: 1 } }, { a: [] }, { a: [[]] }, { a: [null] }, { a: [{ b: 1 }] }],
    leaves: [{}, { a: 4 }, { a: [{ b: 1 }, {}] }],
  },
  {
    says: '$exists at a path through an array',
    query: { 'a.b': { $exists: true } },
    finds: [{ a: [{ b: null }] }, { a: [{}, { b: 1 }] }],
    leaves: [{ a: [] }, { a: [{}] }, { a: [1] }],
  },
  {
    says: '$exists false at a path through an array',
    query: { 'a.b': { $exists: false } },
    finds: [{ a: [] }, { a: [{}] }, { a: [1] }, {}],
    leaves: [{ a: [{}, { b: 1 }] }],
  },
  {
    says: 'two fields may be met by different objects of an array',
    query: { 'a.b': 1, 'a.c': 2 },
    finds: [{ a: [{ b: 1 }, { c: 2 }] }],
    leaves: [{ a: [{ b: 1 }] }],
  },

  // Places in arrays
  {
    says: 'a number in a path is a place',
    query: { 'a.1': 'x' },
    finds: [{ a: ['y', 'x'] }],
    leaves: [{ a: ['x', 'y'] }, { a: ['x'] }, { a: 'x' }],
  },
  {
    says: 'or a name',
    query: { 'a.1': 'x' },
    finds: [{ a: { '1': 'x' } }, { a: [{ '1': 'x' }] }],
    leaves: [{ a: { '01': 'x' } }],
  },
  {
    says: 'a place leads on',
    query: { 'a.0.b': 1 },
    finds: [{ a: [{ b: 1 }, { b: 2 }] }],
    leaves: [{ a: [{ b: 2 }, { b: 1 }] }, { a: [1] }],
  },
  {
    says: 'a place in a place',
    query: { 'a.0.1': 5 },
    finds: [{ a: [[4, 5]] }],
    leaves: [{ a: [4, 5] }, { a: [[5, 4]] }],
  },
  {
    says: 'an array at a place counts as a whole only',
    query: { 'a.0': 1 },
    finds: [{ a: [1] }],
    leaves: [{ a: [[1]] }],
  },
  {
    says: 'an array at a place is equal as a whole',
    query: { 'a.0': [1] },
    finds: [{ a: [[1]] }],
    leaves: [{ a: [1] }],
  },
  {
    says: 'length is no name in an array',
    query: { 'a.length': { $exists: true } },
    finds: [{ a: { length: 1 } }, { a: [{ length: 1 }] }],
    leaves: [{ a: [1, 2] }, { a: 'xy' }],
  },
  {
    says: 'a place beyond the end',
    query: { 'a.5': { $exists: false } },
    finds: [{ a: [1] }, { a: [] }, {}],
    leaves: [{ a: [0, 1, 2, 3, 4, 5] }],
  },

  // $elemMatch
  {
    says: '$elemMatch: one element meets all',
    query: { a: { $elemMatch: { $gt: 1, $lt: 5 } } },
    finds: [{ a: [0, 3] }],
    leaves: [{ a: [0, 9] }, { a: [] }, { a: 3 }, {}],
  },
  {
    says: '$elemMatch: one object meets all',
    query: { a: { $elemMatch: { b: 1, c: 2 } } },
    finds: [{ a: [{ b: 1, c: 2, d: 3 }] }],
    leaves: [{ a: [{ b: 1 }, { c: 2 }] }, { a: { b: 1, c: 2 } }, { a: [] }],
  },
  {
    says: '$elemMatch with $or',
    query: { a: { $elemMatch: { $or: [{ b: 1 }, { c: { $gt: 1 } }] } } },
    finds: [{ a: [{ c: 2 }] }, { a: [{ b: 1 }] }],
    leaves: [{ a: [{ b: 2, c: 1 }] }, { a: [1] }],
  },
  {
    says: '$elemMatch does not enter an element that is an array',
    query: { a: { $elemMatch: { $eq: 1 } } },
    finds: [{ a: [1] }],
    leaves: [{ a: [[1]] }],
  },
  {
    says: '$elemMatch in $elemMatch',
    query: { a: { $elemMatch: { $elemMatch: { $gt: 1 } } } },
    finds: [{ a: [[0, 2]] }],
    leaves: [{ a: [2] }, { a: [[1]] }],
  },
  {
    says: '$elemMatch null',
    query: { a: { $elemMatch: { $eq: null } } },
    finds: [{ a: [1, null] }],
    leaves: [{ a: [] }, { a: null }, {}, { a: [[]] }],
  },
  {
    says: '$elemMatch $ne null',
    query: { a: { $elemMatch: { $ne: null } } },
    finds: [{ a: [null, 1] }, { a: [[]] }, { a: [{}] }],
    leaves: [{ a: [null] }, { a: [] }, {}],
  },
  {
    says: '$elemMatch with a missing name',
    query: { a: { $elemMatch: { b: null } } },
    finds: [{ a: [{}] }, { a: [{ b: 1 }, { c: 1 }] }, { a: [[]] }],
    leaves: [{ a: [] }, { a: [1] }, { a: [{ b: 1 }] }, { a: {} }],
  },
  {
    says: '$elemMatch of nothing finds arrays with objects or arrays',
    query: { a: { $elemMatch: {} } },
    finds: [{ a: [{}] }, { a: [1, { b: 1 }] }, { a: [[]] }],
    leaves: [{ a: [] }, { a: [1] }, { a: {} }],
  },
  {
    says: '$elemMatch with $not',
    query: { a: { $elemMatch: { $not: { $gt: 5 } } } },
    finds: [{ a: [9, 1] }, { a: ['x'] }],
    leaves: [{ a: [9] }, { a: [] }],
  },
  {
    says: '$not with $elemMatch',
    query: { a: { $not: { $elemMatch: { $gt: 5 } } } },
    finds: [{ a: [1] }, { a: [] }, { a: 9 }, {}],
    leaves: [{ a: [9] }],
  },
  {
    says: '$elemMatch at a path through an array',
    query: { 'a.b': { $elemMatch: { $gt: 1, $lt: 3 } } },
    finds: [{ a: [{ b: [2] }] }, { a: { b: [0, 2] } }],
    leaves: [{ a: [{ b: [1] }, { b: [3] }] }, { a: [{ b: 2 }] }],
  },
  {
    says: '$elemMatch enters arrays within an element',
    query: { a: { $elemMatch: { b: 1 } } },
    finds: [{ a: [{ b: [0, 1] }] }],
    leaves: [{ a: [{ b: [[1]] }] }, { a: [[{ b: 1 }]] }],
  },
]
