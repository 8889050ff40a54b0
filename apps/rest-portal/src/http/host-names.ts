const LOOPBACK = /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/

/**
 * Which `Host` headers a portal answers to. On this machine's own address it answers to this machine's own names only:
 * a page from elsewhere could otherwise have its own name point here (DNS rebinding) and call whatever it likes.
 *
 * @param address where the portal listens
 * @param hosts further names; without any, a portal that others reach answers to every name
 */
export function hostNames(address: string, hosts: readonly string[]): (header: string) => boolean {
  if (hosts.length === 0 && !LOOPBACK.test(address)) return () => true
  const names = new Set([...hosts, address].map((name) => name.toLowerCase()))
  let lastTaken: string | undefined
  return (header) => {
    if (header === lastTaken) return true
    const name = header.toLowerCase().replace(/:\d+$/, '')
    const isTaken = names.has(name) || LOOPBACK.test(name)
    // One client after another says the same.
    if (isTaken) lastTaken = header
    return isTaken
  }
}
