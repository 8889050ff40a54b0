// Processes of their own, and figures that no other file may disturb.
export { default } from '../test-e2e/vitest.config.ts'
