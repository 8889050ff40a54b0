import type { Logger, ModuleContext, Runtime } from '@micro/core'
import { loggerOn } from '../src/logger.ts'
import type { LoggerOptions } from '../src/options.ts'
import type { ProcessFace, UncaughtListener } from '../src/process-face.ts'

export type Line = Record<string, unknown>

/** A process that only remembers what was done to it. */
export class FakeProcess implements ProcessFace {
  readonly exits: number[] = []
  readonly warnings: string[] = []
  readonly listeners = new Set<UncaughtListener>()

  exit(code: number): void {
    this.exits.push(code)
  }

  onUncaught(listener: UncaughtListener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  warn(line: string): void {
    this.warnings.push(line)
  }

  isTerminal(): boolean {
    return false
  }

  throwUncaught(error: unknown): void {
    for (const listener of this.listeners) listener(error)
  }
}

/** A clock that stands still and timers that fire when a test says so. */
export class FakeRuntime implements Runtime {
  readonly timers = new Set<() => void>()

  now(): number {
    return Date.UTC(2026, 0, 2, 3, 4, 5, 6)
  }

  monotonic(): number {
    return 0
  }

  setTimer(_ms: number, callback: () => void): { cancel(): void } {
    this.timers.add(callback)
    return { cancel: () => this.timers.delete(callback) }
  }

  yieldTurn(callback: () => void): void {
    setImmediate(callback)
  }

  random(): number {
    return 0
  }

  newId(): string {
    return 'an-id'
  }

  fireTimers(): void {
    for (const callback of this.timers) callback()
  }
}

/** What core does for the logger module, as far as the logger sees it. */
export class FakeService {
  readonly process = new FakeProcess()
  readonly runtime = new FakeRuntime()
  readonly written: string[] = []
  readonly failures: unknown[] = []
  readonly fatalListeners: ((error: never) => void | Promise<void>)[] = []
  readonly context: ModuleContext

  constructor(fail?: (error: unknown) => void) {
    const context: Partial<ModuleContext> = {
      service: 'bank',
      version: '1.2.0',
      instance: 'bank-1',
      runtime: this.runtime,
      fail: fail ?? ((error) => void this.failures.push(error)),
      onFatal: (listener) => void this.fatalListeners.push(listener),
    }
    this.context = context as ModuleContext
  }

  /** Lines that the logger wrote to its destination, parsed. */
  get lines(): Line[] {
    return this.written.map((line) => JSON.parse(line) as Line)
  }

  get lastLine(): Line {
    return this.lines.at(-1) ?? {}
  }

  async start(options: LoggerOptions = {}): Promise<{ log: Logger; stop: () => Promise<void> }> {
    const destination = { write: (line: string) => this.written.push(line) }
    const module = loggerOn(this.process, { destination, ...options })
    const log = (await module.create?.(this.context)) as Logger
    await module.start?.(log, this.context)
    return { log, stop: async () => module.stop?.(log, this.context) }
  }
}
