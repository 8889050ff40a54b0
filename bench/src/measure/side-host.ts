import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { RoundFigures } from './measure-round.ts'
import type { SideReport, SideRequest } from './side-process.ts'

const PROGRAM = fileURLToPath(import.meta.resolve('./side-process.js'))

/** A side in a process of its own, seen from the process that runs the row. */
export class SideHost {
  readonly #name: string
  readonly #child: ChildProcess
  readonly #waiting: { resolve: (report: SideReport) => void; reject: (error: Error) => void }[] = []

  constructor(row: string, name: string, scale: number, server: string) {
    this.#name = name
    this.#child = fork(PROGRAM, [row, name, String(scale), server], {
      execArgv: ['--max-old-space-size=6144'],
      env: { ...process.env, NODE_ENV: 'production' },
    })
    this.#child.on('message', (report: SideReport) => this.#waiting.shift()?.resolve(report))
    this.#child.on('exit', (code) => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(`${name}: its process ended with ${code}`))
    })
  }

  async ready(): Promise<void> {
    await this.#next()
  }

  async round(): Promise<{ readonly round: RoundFigures; readonly outcome: string }> {
    this.#send('round')
    const report = await this.#next()
    if (report.kind !== 'round') throw new Error(`${this.#name}: ${report.kind} instead of a round`)
    return report
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#send('close')
    await ended
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #send(request: SideRequest): void {
    this.#child.send(request)
  }

  async #next(): Promise<SideReport> {
    const report = await new Promise<SideReport>((resolve, reject) => this.#waiting.push({ resolve, reject }))
    if (report.kind === 'failed') throw new Error(`${this.#name}: ${report.problem}`)
    return report
  }
}
