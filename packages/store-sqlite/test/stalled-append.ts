import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { StreamWrite } from '@micro/core'
import type { StalledAppend } from '@micro/testkit/event-store'

const loader = new URL('../../../scripts/typescript-loader.mjs', import.meta.url).href
const child = fileURLToPath(new URL('stalling-child.ts', import.meta.url))

/** An append by another process, which stands inside its write transaction until it is released or killed. */
export async function stallAppend(file: string, writes: readonly StreamWrite[]): Promise<StalledAppend> {
  const args = ['--conditions=@micro/source', '--import', loader, child, JSON.stringify({ file, writes })]
  const writer = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(writer, 'close')
  const lines = createInterface({ input: writer.stdout })[Symbol.asyncIterator]()
  const line = async (wanted: string): Promise<void> => {
    const { value } = await lines.next()
    if (value !== wanted) throw new Error(`The writer told "${String(value)}" and not "${wanted}"`)
  }
  await line('stalled')
  return {
    release: async () => {
      writer.stdin.write('.')
      await line('written')
      await ended
    },
    abandon: async () => {
      writer.kill('SIGKILL')
      await ended
    },
  }
}
