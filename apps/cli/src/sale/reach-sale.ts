import { type CampaignAdmin, campaignAdmin } from './campaign-admin.js'
import { findSale } from './sale-record.js'
import { OPERATOR_USER_ID, signToken } from './tokens.js'

/** How a command is told which sale it is for: by the name of its stack, or by where it is. */
export interface SaleFlags {
  readonly name: string
  readonly adminUrl?: string
  readonly token?: string
}

/**
 * The operator's calls of the sale the flags name.
 * @throws Error when no sale runs on the stack, or one of URL and token is missing
 */
export async function reachAdmin({ name, adminUrl, token }: SaleFlags): Promise<CampaignAdmin> {
  if (adminUrl !== undefined && token !== undefined) return campaignAdmin(adminUrl, token)
  if (adminUrl !== undefined || token !== undefined) {
    throw new Error('--admin-url and --token go together: give both, or neither for the sale of a local stack.')
  }
  const sale = findSale(name)
  return campaignAdmin(sale.adminUrl, await signToken(sale.secret, { userId: OPERATOR_USER_ID, admin: true }))
}
