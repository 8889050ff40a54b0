import assert from 'node:assert/strict'
import {
  defineCommand,
  defineEvents,
  defineModel,
  defineReducer,
  defineRule,
  isMicroError,
  type ModuleContext,
  type Sheets,
} from '@micro/core'
import type { RegisterChecks } from './register-checks.ts'

export const registerContextChecks: RegisterChecks = ({ check }) => {
  check('MO-CONTEXT', 'the context has what it says', async ({ probes, start, runtime, log }) => {
    const seen: ModuleContext[] = []
    const keep = (context: ModuleContext): number => seen.push(context)
    const micro = await start(
      probes.define('first', { onCreate: keep, onStart: keep }),
      probes.define('second', { onCreate: keep }),
    )
    assert.equal(seen.length, 3)
    for (const context of seen) {
      assert.deepEqual([context.service, context.version], [micro.name, '1.2.3'])
      assert.match(context.instance, /^[0-9a-f-]{36}$/)
      assert.equal(context.instance, seen[0]?.instance)
      assert.equal(context.runtime, runtime)
      for (const member of ['load', 'act', 'fail', 'onFatal'] as const) assert.equal(typeof context[member], 'function')
    }
    const [first] = seen
    first?.log.warn({ answer: 42 }, 'from the module')
    const line = log.of('warn').find(({ message }) => message === 'from the module')
    assert.equal(line?.fields['answer'], 42)
    assert.equal(line.fields['module'], 'first')
  })

  check('MO-JOIN', "a module's actions and sheets are the service's", async ({ probes, start, runtime }) => {
    const micro = await start(probes.define('notes', { sheets: notes, actions: { 'say hello': () => 'hello' } }))
    assert.equal(await micro.act('say hello'), 'hello')
    assert.deepEqual(await runtime.until(micro.act(writeNote, { text: 'mine' })), { text: 'mine' })
  })

  check('MO-FAIL', 'a failing module stops the service, then its listeners are called once', async (bench) => {
    const { probes, start, log, runtime } = bench
    const told: unknown[] = []
    let context: ModuleContext | undefined
    const micro = await start(
      probes.define('failing', {
        onCreate: (given) => {
          context = given
          given.onFatal((error) => void told.push([error.message, micro.health().status]))
        },
      }),
    )
    context?.fail(new RangeError('cannot go on'))
    context?.fail(new RangeError('again'))
    const failure = await runtime.until(micro.stopped)
    await runtime.settle()
    assert.ok(isMicroError(failure))
    assert.deepEqual(told, [[failure.message, 'stopped']])
    assert.deepEqual(probes.of('stop'), ['failing'])
    assert.equal(log.of('fatal').length, 1)
  })
}

const text = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] } as const
const writeNote = defineCommand('write note', { service: 'checked', payload: text, response: text })
const note = defineModel('note', { key: 'text', schema: text })
const noteEvents = defineEvents({ 'note written': text })

const notes: Sheets = {
  rules: [
    defineRule(writeNote, {
      models: { note },
      emits: noteEvents,
      stream: (payload) => `note-${payload.text}`,
      authorize: () => true,
      events: (payload) => [{ type: 'note written', data: payload }],
      respond: ({ payload, models }) => models.note.require(payload.text),
    }),
  ],
  reducers: [
    defineReducer({
      models: { note },
      events: noteEvents,
      on: { 'note written': ({ data }, models) => models.note.put(data) },
    }),
  ],
}
