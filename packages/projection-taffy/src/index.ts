export { taffyProjectionStore } from './taffy-projection-store.ts'
