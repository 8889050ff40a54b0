/** A full count made smaller for a trial; at least `least`, so that the shape of the work stays. */
export function counted(full: number, scale: number, least: number): number {
  return Math.max(least, Math.round(full * scale))
}
