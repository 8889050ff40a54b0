/**
 * A connection that `connect()` of the package `nats` gives. In its own words, so that users' compilers need not read the
 * declarations of the client, which are not sound under all of their settings.
 */
export interface GivenConnection {
  publish(subject: string, payload?: Uint8Array | string, options?: object): void
  subscribe(subject: string, options?: object): object
  flush(): Promise<void>
  status(): AsyncIterable<object>
  closed(): Promise<void | Error>
  isClosed(): boolean
  getServer(): string
}
