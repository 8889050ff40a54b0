import { createServer, connect, type Server, type Socket } from 'node:net'

/** What befalls bytes on their way. */
export interface Line {
  /** Bytes wait so long. */
  readonly delayMs?: number
  /** They arrive one by one. */
  readonly isTrickling?: boolean
  /** They vanish on the way to the server, or to the client. */
  readonly blackhole?: 'to server' | 'to client'
}

/** Between a client and a server, with a bad line. */
export class TcpProxy implements AsyncDisposable {
  readonly #server: Server
  readonly #pairs = new Set<readonly [Socket, Socket]>()
  line: Line = {}

  private constructor(target: number) {
    this.#server = createServer((client) => this.#join(client, connect({ port: target, host: '127.0.0.1' })))
  }

  static async start(target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(target)
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  get url(): string {
    return `127.0.0.1:${(this.#server.address() as { readonly port: number }).port}`
  }

  get connections(): number {
    return this.#pairs.size
  }

  /** Every connection ends with a reset. */
  reset(): void {
    for (const [client, server] of this.#pairs) {
      client.resetAndDestroy()
      server.destroy()
    }
  }

  /** The server's side ends; the client may go on sending. */
  halfClose(): void {
    for (const [client] of this.#pairs) client.end()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const sockets of this.#pairs) for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #join(client: Socket, server: Socket): void {
    const pair = [client, server] as const
    this.#pairs.add(pair)
    this.#pass(client, server, 'to server')
    this.#pass(server, client, 'to client')
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const)
      socket
        .setNoDelay(true)
        .on('error', () => undefined)
        .on('close', () => {
          other.destroy()
          this.#pairs.delete(pair)
        })
  }

  #pass(from: Socket, to: Socket, way: 'to server' | 'to client'): void {
    let arriveAt = 0
    from.on('data', (bytes) => {
      const { delayMs = 0, isTrickling = false, blackhole } = this.line
      if (blackhole === way) return
      const send = (): void => {
        if (to.destroyed || to.writableEnded) return
        if (isTrickling) for (const byte of bytes) to.write(Buffer.of(byte))
        else to.write(bytes)
      }
      if (delayMs === 0 && arriveAt <= performance.now()) return send()
      // Never past what was sent before.
      arriveAt = Math.max(arriveAt, performance.now() + delayMs)
      setTimeout(send, arriveAt - performance.now())
    })
  }
}
