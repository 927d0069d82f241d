export { type ChangedCampaign, ensureCampaign, settleCampaignNow, tellCampaign } from './campaign-runs.js'
export { countRuns } from './count-runs.js'
