// Sends commands and views, and keeps what the page has seen so that it reads its own writes.

/** After an answer, the same form sent again within this time is the second click of a double click. */
const DOUBLE_CLICK_MS = 700

/** Log → position: the newest that any answer spoke of. */
const positions = new Map()

/** One form's submissions: which id the next one has. */
export class Submission {
  #key
  #forgetAt = Infinity

  /** Another payload is another command. */
  changed() {
    this.#key = undefined
  }

  key() {
    if (this.#key === undefined || performance.now() > this.#forgetAt) this.#key = newId()
    this.#forgetAt = Infinity
    return this.#key
  }

  /** @param {boolean} isSettled false: nobody can tell whether it was done, and the next try must have the same id */
  answered(isSettled) {
    if (isSettled) this.#forgetAt = performance.now() + DOUBLE_CLICK_MS
  }
}

/**
 * @returns what came back; `problem` for anything but a success, with status 0 when nothing came back
 */
export async function call(action, payload, submission) {
  const request = requestFor(action, payload, action.kind === 'command' ? submission.key() : undefined)
  const startedAt = performance.now()
  const answer = await send(request)
  submission.answered(answer.status !== 0 && answer.problem?.outcome !== 'unknown')
  return { ...answer, action, payload, request, tookMs: performance.now() - startedAt, at: new Date() }
}

function requestFor({ path, kind, isQuery }, payload, key) {
  const headers = {
    ...(positions.size === 0 ? {} : { 'micro-position': writePositions() }),
    ...(key === undefined ? {} : { 'idempotency-key': key }),
  }
  if (kind === 'view' && isQuery) return { method: 'GET', url: path + queryOf(payload), headers }
  return {
    method: 'POST',
    url: path,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(payload),
  }
}

function queryOf(payload) {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(payload))
    for (const each of [value].flat()) query.append(name, String(each))
  return query.size === 0 ? '' : `?${query}`
}

async function send({ url, ...options }) {
  try {
    const response = await fetch(url, options)
    keepPositions(response.headers.get('micro-position'))
    const text = await response.text()
    const body = text === '' ? undefined : JSON.parse(text)
    const { status, headers } = response
    const told = {
      status,
      commandId: headers.get('micro-command-id') ?? undefined,
      position: headers.get('micro-position') ?? undefined,
      isRepeated: headers.get('micro-repeated') === 'true',
    }
    return response.ok ? { ...told, body } : { ...told, problem: body }
  } catch (error) {
    const detail = 'No answer came. Send it again: a command that has been done is not done twice.'
    return {
      status: 0,
      isRepeated: false,
      problem: { title: 'The portal cannot be reached', detail, outcome: 'unknown', cause: error },
    }
  }
}

function keepPositions(header) {
  for (const part of header?.split(',') ?? []) {
    const [log, position] = part.split('=')
    positions.set(log, Math.max(positions.get(log) ?? 0, Number(position)))
  }
}

function writePositions() {
  return Array.from(positions, ([log, position]) => `${log}=${position}`).join(',')
}

/** The request as a line for a terminal. */
export function curlLine({ method, url, headers, body }) {
  const quoted = (text) => `'${text.replaceAll("'", String.raw`'\''`)}'`
  const lines = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`)
  const data = body === undefined ? [] : [`-d ${quoted(body)}`]
  return [`curl ${method === 'GET' ? '' : `-X ${method} `}${quoted(location.origin + url)}`, ...lines, ...data].join(
    ' \\\n  ',
  )
}

/** A UUIDv7: ids that sort by time are cheap to store. `crypto.randomUUID` is missing where there is no TLS. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6] & 0x0f) | 0x70
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const random = Array.from(bytes.subarray(6), (byte) => byte.toString(16).padStart(2, '0')).join('')
  const time = Date.now().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-${random.slice(0, 4)}-${random.slice(4, 8)}-${random.slice(8)}`
}
