export { unsettledCampaigns } from './campaigns.js'
export { onItsWay } from './on-its-way.js'
export { type RecoveryOutcome, type RecoveryRequest, recoverGate } from './recover.js'
