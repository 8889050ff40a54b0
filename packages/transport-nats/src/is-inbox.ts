/**
 * Whether an answer may go there. Who asks says where to, and what they may not publish themselves they could have us
 * publish: a hint in our name, a request of others. An inbox may be called anything but what services are called, or the server.
 *
 * @param served a subject of the one who is asked
 */
export function isInbox(replyTo: string, served: string): boolean {
  const [root] = served.split('.', 1)
  return !replyTo.startsWith('$') && replyTo !== root && !replyTo.startsWith(`${root}.`)
}
