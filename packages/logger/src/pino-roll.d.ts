/** pino-roll brings no declarations; this is the part of it that we use. */
declare module 'pino-roll' {
  import type { EventEmitter } from 'node:events'

  /** A SonicBoom whose file is changed under it. */
  export interface RollingStream extends EventEmitter {
    readonly destroyed: boolean
    write(line: string): boolean
    destroy(): void
  }

  export interface RollOptions {
    readonly file: string
    /** As text with its unit: `'1000b'`; a bare number would be megabytes. */
    readonly size?: string
    readonly frequency?: 'daily' | 'hourly'
    readonly dateFormat?: string
    readonly limit?: { readonly count: number; readonly removeOtherLogFiles: boolean }
    // Handed on to SonicBoom.
    readonly mkdir?: boolean
    readonly mode?: number
    readonly sync?: boolean
    readonly maxLength?: number
  }

  export default function pinoRoll(options: RollOptions): Promise<RollingStream>
}
