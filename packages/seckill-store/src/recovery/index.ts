export { unsettledCampaigns } from './campaigns.js'
export { type RecoveryOutcome, type RecoveryRequest, recoverGate } from './recover.js'
export { settleEnded } from './settle-ended.js'
