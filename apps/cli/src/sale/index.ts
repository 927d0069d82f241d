export {
  AdminCallError,
  type CampaignAdmin,
  type CampaignDraft,
  type CampaignVerb,
  type ChangedCampaign,
  campaignAdmin,
} from './campaign-admin.js'
export { SALE_ROLES, type SaleRole } from './roles.js'
export { type Sale, type SaleOptions, startSale, type UnexpectedEnd } from './start-sale.js'
export { OPERATOR_USER_ID, signToken, type TokenClaims } from './tokens.js'
