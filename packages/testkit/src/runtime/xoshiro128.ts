const GAMMA = 0x9e3779b97f4a7c15n

/**
 * SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014; as published at
 * https://prng.di.unimi.it/splitmix64.c): makes well mixed 64-bit numbers out of any seed, also out of 0, 1, 2, …
 */
export function splitMix64(seed: number): () => bigint {
  let state = BigInt.asUintN(64, BigInt(seed))
  return () => {
    state = BigInt.asUintN(64, state + GAMMA)
    let mixed = state
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n)
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn)
    return mixed ^ (mixed >> 31n)
  }
}

/** Four words of 32 bits, not all 0. */
export type Xoshiro128State = readonly [number, number, number, number]

/**
 * xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018; as published at
 * https://prng.di.unimi.it/xoshiro128starstar.c): integers in [0, 2^32), period 2^128 − 1.
 */
export function xoshiro128([first, second, third, fourth]: Xoshiro128State): () => number {
  let s0 = first | 0
  let s1 = second | 0
  let s2 = third | 0
  let s3 = fourth | 0
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9)
    const shifted = s1 << 9
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = rotateLeft(s3, 11)
    return result >>> 0
  }
}

/** The next state that a seeding generator gives. */
export function seedState(next: () => bigint): Xoshiro128State {
  const low = next()
  const high = next()
  return [Number(low & MASK), Number(low >> 32n), Number(high & MASK), Number(high >> 32n)]
}

const MASK = 0xffff_ffffn

const rotateLeft = (word: number, by: number): number => (word << by) | (word >>> (32 - by))
