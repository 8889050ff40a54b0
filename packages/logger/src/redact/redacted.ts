/** Stands where a secret was; the same that a `Secret` of core shows. */
export const REDACTED = '[redacted]'
