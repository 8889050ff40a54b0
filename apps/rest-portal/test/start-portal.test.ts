import { connect } from 'node:net'
import { readFile } from 'node:fs/promises'
import { isMicroError } from '@micro/core'
import { expect, it } from 'vitest'
import { DEFAULTS, type PortalOptions, startPortal } from '../src/index.ts'
import { makeBank } from './support/bank.ts'
import { openPortal } from './support/portal.ts'

it('says where it listens', async () => {
  await using bank = await openPortal()
  expect(bank.portal.url).toBe(`http://127.0.0.1:${bank.portal.port}`)
  expect((await fetch(`${bank.portal.url}/health/ready`)).status).toBe(200)
})

it('fails when its port is taken, or takes the next free one if it may', async () => {
  await using bank = await openPortal()
  const { port } = bank.portal
  const failed: unknown = await startPortal({ micro: bank.micro, port }).catch((error: unknown) => error)
  expect(isMicroError(failed, 'MICRO_UNAVAILABLE')).toBe(true)
  expect(failed).toMatchObject({ message: `Port ${port} of 127.0.0.1 is taken.`, cause: { code: 'EADDRINUSE' } })
  await using other = await startPortal({ micro: bank.micro, port, nextFreePort: true })
  expect(other.port).toBeGreaterThan(port)
  expect((await fetch(`${other.url}/health/live`)).status).toBe(200)
})

it('closes once, frees its port, and leaves the service alone', async () => {
  await using bank = await openPortal()
  const { portal, micro } = bank
  await Promise.all([portal.close(), portal.close()])
  await expect(fetch(`${portal.url}/health/live`)).rejects.toThrow('fetch failed')
  expect(micro.health().isReady).toBe(true)
  await using again = await startPortal({ micro, port: portal.port })
  expect(again.port).toBe(portal.port)
})

it('lets requests under way end when it closes, but not for ever', async () => {
  let answer: (value: unknown) => void = () => undefined
  let begun = 0
  const micro = makeBank({}, () => {
    begun++
    return new Promise((resolve) => (answer = resolve))
  })
  await using bank = await openPortal({ closeTimeoutMs: 300 }, micro)
  const first = bank.get('/views/broken')
  await expect.poll(() => begun).toBe(1)
  const closing = bank.portal.close()
  answer({ late: true })
  expect((await first).body).toEqual({ late: true })
  await closing

  await using other = await startPortal({ micro, port: 0, closeTimeoutMs: 100 })
  const stuck = fetch(`${other.url}/views/broken`).catch(() => 'cut off')
  await expect.poll(() => begun).toBe(2)
  await other.close()
  expect(await stuck).toBe('cut off')
})

it('refuses an option that there is not', async () => {
  // @ts-expect-error -- what the compiler refuses is refused at run time too
  const options: PortalOptions = { micro: makeBank(), prot: 3000 }
  await expect(startPortal(options)).rejects.toThrow(
    'startPortal has no option "prot"; there are micro, logger, host, port',
  )
})

it('documents each default as it is', async () => {
  const source = await readFile(new URL('../src/options.ts', import.meta.url), 'utf8')
  const documented = Object.fromEntries(
    Array.from(source.matchAll(/@default (.+?)(?: \*\/|\n\s+\*\/)\n\s+readonly (\w+)\?/g), ([, value, name]) => [
      name,
      value,
    ]),
  )
  const written = Object.fromEntries(
    Object.entries(DEFAULTS).map(([name, value]) => [
      name,
      JSON.stringify(value)
        .replaceAll('"', "'")
        .replaceAll(/'(\w+)':/g, '$1: ')
        .replaceAll(/,(?=\w)/g, ', ')
        .replace(/^\{(.+)\}$/, '{ $1 }'),
    ]),
  )
  expect(documented).toEqual({ ...written, logger: "the service's own" })
})

it('does not wait for connections that browsers have opened in advance', async () => {
  await using bank = await openPortal()
  const socket = connect(bank.portal.port, '127.0.0.1')
  await new Promise((resolve) => socket.once('connect', resolve))
  const startedAt = performance.now()
  await bank.portal.close()
  expect(performance.now() - startedAt).toBeLessThan(2_000)
})
