/** One way of doing a row's work, alone in its process and warm after its first rounds. */
export interface Side {
  /** How many units of work (commands, calls, events, …) one `run` does. */
  readonly units: number
  /** Before each round, not counted. */
  prepare?(): Promise<void>
  /** One round. Figures that it gives are kept beside its times, for example a delay in milliseconds. */
  run(): Promise<Figures | void>
  /** What the last round came to; all sides with the same `work` come to the same. */
  outcome(): unknown
  close?(): Promise<void>
}

export type Figures = Readonly<Record<string, number>>

export interface SideDefinition {
  /** As it stands in results and table: `micro, 10 events per stream`. */
  readonly name: string
  readonly kind: 'micro' | 'ceiling' | 'peer'
  /** Sides with the same word do the same work; without one its outcome is its own. */
  readonly work?: string
  /** Packages, beside our own, whose versions the results name. */
  readonly packages?: readonly string[]
  /**
   * Only imports what it needs: the other sides' code would be in its memory.
   *
   * @param scale 1 is the full count
   * @param server address of the row's server, empty where the row has none
   */
  readonly make: (scale: number, server: string) => Promise<Side>
}

/** What all sides of a row talk to. */
export interface RowServer {
  readonly address: string
  readonly close: () => Promise<void>
}

/** What a target, or a curious reader, asks about two sides. */
export interface Comparison {
  readonly what: string
  readonly side: string
  readonly to: string
  /**
   * `rate`: units per second of `side` as a share of those of `to`. `cost`: time per unit of `side` as a multiple of that
   * of `to`. Another word is one of the sides' figures, also as a multiple.
   */
  readonly measure: 'rate' | 'cost' | (string & {})
  /** Without either it is for the reader only. */
  readonly atLeast?: number
  readonly atMost?: number
}

/** A figure of one side that a target limits in its own unit: only starting times and memory are. */
export interface Limit {
  readonly what: string
  readonly side: string
  /** The limit is for the distance to this side's figure. */
  readonly over?: string
  readonly figure: string
  readonly atMost: number
  readonly unit: string
}

export interface Row {
  readonly id: string
  readonly work: string
  readonly rounds: number
  /** Rounds before those that count. */
  readonly warmUps: number
  /** Why the row cannot run on this machine, and how to change that; `undefined` when it can. */
  readonly missing?: () => Promise<string | undefined>
  /** Started before the sides, closed after them. */
  readonly startServer?: () => Promise<RowServer>
  readonly sides: readonly SideDefinition[]
  readonly comparisons: readonly Comparison[]
  readonly limits?: readonly Limit[]
}
