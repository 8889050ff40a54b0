/** A problem that the person who started the program can solve; its message says how. */
export class Problem extends Error {
  override readonly name = 'Problem'
}
