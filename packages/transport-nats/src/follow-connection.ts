import type { Host } from '@micro/core'
import { DebugEvents, Events, type NatsConnection, type Status } from 'nats'
import { sayError } from './keep-connected.ts'
import type { Link } from './link.ts'

/** Follows a connection that is somebody else's to keep and to close. Gives what ends the following. */
export function followConnection(host: Host, link: Link, connection: NatsConnection): () => void {
  const statuses = connection.status() as AsyncIterable<Status> & { readonly stop?: () => void }
  const follow = async (): Promise<void> => {
    for await (const status of statuses) {
      if (status.type === Events.Disconnect || status.type === DebugEvents.StaleConnection) link.lost()
      if (status.type === Events.Reconnect) link.adopt(connection)
      if (status.type === Events.Error) sayError(host, link, status)
    }
  }
  void follow()
  void connection.closed().then((err) => {
    if (link.isEnded) return
    host.logger.error(err === undefined ? {} : { err }, 'The NATS connection that was given has been closed.')
    link.lost()
  })
  link.adopt(connection)
  // The client keeps every listener in a list; a stopped one takes nothing more.
  return () => statuses.stop?.()
}
