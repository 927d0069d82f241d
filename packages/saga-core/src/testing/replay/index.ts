export { type HistoryEvent, type RecordedHistory, readHistories, toRecorded } from './history-file.js'
export { fetchHistories, type RunSelection, recordHistories } from './record-histories.js'
export { type HistoryReplay, type ReplayFailure, type ReplayOptions, replayHistories } from './replay-histories.js'
