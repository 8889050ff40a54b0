export {
  moduleConformance,
  type ModuleConformanceOptions,
  moduleLoaderConformance,
  type ModuleLoaderConformanceOptions,
} from './module-conformance.ts'
export type { MakeService } from './module-bench.ts'
export { MODULE_PROMISES, type ModulePromise } from './promises.ts'
