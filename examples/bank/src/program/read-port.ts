import { Problem } from './problem.ts'

/** The port that the environment asks for; without one 3000, or the next free one. */
export function readPort(asked: string | undefined): { readonly port: number; readonly nextFreePort: boolean } {
  if (asked === undefined || asked === '') return { port: 3000, nextFreePort: true }
  const port = Number(asked)
  if (/^\d+$/.test(asked) && port <= 65_535) return { port, nextFreePort: false }
  throw new Problem(`PORT is "${asked}". Give a number up to 65535, or leave it out; 0 is any free port.`)
}
