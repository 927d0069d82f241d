export { payLanes, payTooLate } from './paid-lanes.js'
export { type CampaignSeed, type SeededCampaign, seedCampaign } from './seed-campaign.js'
export { refuseLanes, sellLanes } from './sold-lanes.js'
export { type TemporaryDatabase, temporaryDatabase, temporaryVoucherId } from './temporary-database.js'
