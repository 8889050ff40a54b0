// A process that works on a database file, as a service would: started, watched and killed by the tests. What it did it tells
// line by line: [kind, ...values] as JSON.
import { writeSync } from 'node:fs'
import { systemRuntime } from '@micro/core'
import { sqliteEventStore } from '../dist/index.js'

const {
  role,
  file,
  exclusive = false,
  service = 'child',
  writers = 8,
  streams = 20,
  appends = Infinity,
  watch = false,
} = JSON.parse(process.argv[2])
// Not `console.log`: a line that is on its way when the process is killed must not be lost.
const tell = (...values) => writeSync(1, `${JSON.stringify(values)}\n`)
const runtime = systemRuntime()
const silent = () => undefined
const logger = {
  trace: silent,
  debug: silent,
  info: silent,
  warn: silent,
  error: silent,
  fatal: silent,
  child: () => logger,
}
const host = { runtime, logger, service, instance: runtime.newId() }

let made = 0
/** Of a limited number of appends each is the same in every run, and so are the calls to the system. */
const isRepeatable = appends !== Infinity
const newId = () => (isRepeatable ? `01900000-0000-7000-8000-${String(++made).padStart(12, '0')}` : runtime.newId())
const newStream = () => `stream-${isRepeatable ? made % streams : Math.floor(Math.random() * streams)}`

const newEvent = () => {
  const id = newId()
  const metadata = { format: 1, commandId: id, service, index: 0, count: 1 }
  return { id, type: 'something happened', data: { text: 'x'.repeat(100) }, time: new Date().toISOString(), metadata }
}

const own = new Set()
const tellOthers = async (batches) => {
  for await (const { events } of batches) {
    const at = Date.now()
    const others = events.filter(({ id }) => !own.delete(id)).map(({ id }) => id)
    if (others.length > 0) tell('seen', at, ...others)
  }
}

const roles = {
  async hold() {
    setInterval(silent, 1000)
  },
  /** Appends as fast as it can; tells each acknowledgement and each error, and with `watch` what others have written. */
  async write(store) {
    let left = appends
    if (watch) void tellOthers(store.subscribe({ after: await store.head() }))
    const write = async () => {
      while (left-- > 0) {
        const event = newEvent()
        if (watch) own.add(event.id)
        const stream = newStream()
        try {
          const { position } = await store.append([{ stream, expected: 'any', events: [event] }])
          tell('ack', event.id, position, Date.now())
        } catch (error) {
          tell('error', error.code ?? error.name, error.outcome, event.id)
          if (error.code !== 'MICRO_STORE_FULL') return
          await new Promise((resolve) => setTimeout(resolve, 20))
        }
      }
    }
    await Promise.all(Array.from({ length: writers }, write))
    tell('head', await store.head().catch((error) => error.code))
  },
}

try {
  const store = await sqliteEventStore({ file, exclusive }).open(host)
  tell('open', store.id)
  process.on('SIGTERM', () => void store.close().then(() => process.exit(0)))
  await roles[role](store)
  if (role !== 'hold') await store.close()
} catch (error) {
  tell('refused', error.code, error.details, error.message)
}
tell('end')
