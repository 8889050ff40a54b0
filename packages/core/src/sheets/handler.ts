import type { Context } from '../micro/context.ts'

/** The handler of a plain action: gets the caller's own payload object and a context, and answers anything. */
// Taken from a method: its parameters are bivariant, so that handlers of narrower payloads fit.
export type ErasedHandler = { handle(payload: unknown, context: Context): unknown }['handle']
