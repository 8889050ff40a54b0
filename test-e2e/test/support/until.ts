import { setTimeout as pause } from 'node:timers/promises'

const PAUSE_MS = 20

/** What `look` gives once it is neither undefined nor false; looks again and again, and fails after the deadline. */
export async function until<Found>(
  what: string,
  look: () => Promise<Found | undefined | false> | Found | undefined | false,
  deadlineMs = 30_000,
): Promise<Found> {
  const end = performance.now() + deadlineMs
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > end) throw new Error(`Waited ${deadlineMs} ms in vain until ${what}`)
    await pause(PAUSE_MS)
  }
}
