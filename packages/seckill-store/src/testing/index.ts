export { dropLastCommands } from './append-only-file.js'
export { payLanes, payTooLate } from './paid-lanes.js'
export { untilRunning } from './running-statement.js'
export { type CampaignSeed, type SeededCampaign, seedCampaign } from './seed-campaign.js'
export { refuseLanes, sellLanes } from './sold-lanes.js'
export {
  type TemporaryDatabase,
  templateVariable,
  temporaryDatabase,
  temporaryVoucherId,
} from './temporary-database.js'
