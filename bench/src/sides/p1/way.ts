import type { Order } from './order.ts'

/** Where a side's two processes meet. */
export interface Place {
  /** `127.0.0.1:4222` */
  readonly server: string
  /** A word of this side's own: the services of all sides are on one server. */
  readonly scope: string
}

export interface Caller {
  readonly call: (order: Order) => Promise<Order>
  readonly close: () => Promise<void>
}

/** One way of asking a service over NATS: what its two processes do. */
export interface Way {
  /** Resolves when it can be called; what it resolves with ends it. */
  readonly serve: (place: Place) => Promise<() => Promise<void>>
  /** Resolves when the service answers. */
  readonly connect: (place: Place) => Promise<Caller>
}

export const WAYS = {
  micro: async (): Promise<Way> => (await import('./micro-way.ts')).microWay,
  mux: async (): Promise<Way> => (await import('./mux-way.ts')).muxWay,
  moleculer: async (): Promise<Way> => (await import('./moleculer-way.ts')).moleculerWay,
  hemera: async (): Promise<Way> => (await import('./hemera-way.ts')).hemeraWay,
} as const

export type WayName = keyof typeof WAYS
