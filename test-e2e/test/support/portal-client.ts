/** An answer of the portal, with the headers that the tests look at. */
export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly position: string | undefined
  readonly isRepeated: boolean
  readonly commandId: string | undefined
}

export interface CallOptions {
  readonly key?: string | undefined
  readonly position?: string | undefined
}

/** Calls a portal over HTTP, with the headers that its clients have. */
export class PortalClient {
  readonly url: string

  constructor(url: string) {
    this.url = url
  }

  command(name: string, payload: object, options: CallOptions = {}): Promise<Answer> {
    return this.#send(`/commands/${name}`, options, { method: 'POST', body: JSON.stringify(payload) })
  }

  view(
    name: string,
    query: Readonly<Record<string, string | number>> = {},
    options: CallOptions = {},
  ): Promise<Answer> {
    const pairs = Object.entries(query).map(([key, value]): [string, string] => [key, String(value)])
    const text = new URLSearchParams(pairs).toString()
    return this.#send(`/views/${name}${text === '' ? '' : `?${text}`}`, options)
  }

  async #send(path: string, { key, position }: CallOptions, init: RequestInit = {}): Promise<Answer> {
    const headers = {
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
      ...(position === undefined ? {} : { 'micro-position': position }),
    }
    const response = await fetch(this.url + path, { ...init, headers })
    const text = await response.text()
    return {
      status: response.status,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
      position: response.headers.get('micro-position') ?? undefined,
      isRepeated: response.headers.get('micro-repeated') === 'true',
      commandId: response.headers.get('micro-command-id') ?? undefined,
    }
  }
}
