/** Names of the headers that carry a call's context, lower case; see docs/reference/wire.md. */
export const HEADERS = {
  commandId: 'micro-command-id',
  deadline: 'micro-deadline',
  position: 'micro-position',
  correlationId: 'micro-correlation-id',
  causationId: 'micro-causation-id',
  identity: 'micro-identity',
  repeated: 'micro-repeated',
} as const
