export { type CampaignSeed, type SeededCampaign, seedCampaign } from './seed-campaign.js'
export { type TemporaryDatabase, temporaryDatabase, temporaryVoucherId } from './temporary-database.js'
