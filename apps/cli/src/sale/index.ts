export { AdminCallError } from './admin-call.js'
export { awaitPayments } from './await-payments.js'
export { type AwaitRestOptions, awaitRest } from './await-rest.js'
export {
  type CampaignAdmin,
  type CampaignDraft,
  type CampaignVerb,
  type ChangedCampaign,
  campaignAdmin,
} from './campaign-admin.js'
export { countRunsAtRest } from './count-runs-at-rest.js'
export { type CampaignPlan, openCampaign, operatorOf, prepareDatabase } from './prepare.js'
export { jobOf, nodeFlags, type SaleRole } from './roles.js'
export { readSaleMode, type SaleMode } from './sale-mode.js'
export { openSources, type SourceAddresses, type Sources } from './sources.js'
export { isAtRest, readStanding, type Standing } from './standing.js'
export { type Sale, type SaleOptions, startSale, type UnexpectedEnd } from './start-sale.js'
export { tellProvider } from './tell-provider.js'
export { operatorUserId, signToken, type TokenClaims } from './tokens.js'
