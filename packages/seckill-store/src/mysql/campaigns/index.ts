export { type Campaign, gateCampaign } from './campaign.js'
export type { CampaignChange, ChangeRequest } from './change.js'
export { createCampaign } from './create.js'
export { type CampaignEdit, editableStates, editCampaign } from './edit.js'
export { CampaignError, CampaignFault } from './errors.js'
export {
  closeCampaign,
  openCampaign,
  pauseCampaign,
  type StateChange,
  warmCampaign,
} from './lifecycle.js'
export type { NewCampaign, NewVoucher } from './new-campaign.js'
export { findPromisedPrice, type PromisedPrice } from './promised-price.js'
export { findCampaign, listCampaigns, listLatestCampaigns, listUnsettledCampaigns, unsettledStates } from './read.js'
export { type RestockRequest, restockCampaign } from './restock.js'
export { type SettleRequest, settleCampaign } from './settle.js'
export type { CampaignTerms } from './terms.js'
