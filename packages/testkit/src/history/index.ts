export { assertHistory, checkHistory } from './check-history.ts'
export type { Acknowledged, Anomaly, HistoryCall, Refused } from './history-call.ts'
export type { CheckHistoryOptions, HistoryDomain, Observation } from './history-domain.ts'
export {
  History,
  type HistoryOptions,
  type RecordedCall,
  type RecordedClient,
  recordHistory,
} from './record-history.ts'
