import { type CampaignAdmin, campaignAdmin } from './campaign-admin.js'
import { findSale } from './sale-record.js'
import { operatorUserId, signToken } from './tokens.js'

/** The flags that name a sale: by its stack, or by its admin URL and a token. */
export interface SaleFlags {
  readonly name: string
  readonly adminUrl?: string
  readonly token?: string
}

/**
 * The operator's calls of the sale that the flags name.
 *
 * @throws Error when no sale runs on the stack, or one of URL and token is missing
 */
export async function reachAdmin({ name, adminUrl, token }: SaleFlags): Promise<CampaignAdmin> {
  if (adminUrl !== undefined && token !== undefined) return campaignAdmin(adminUrl, token)
  if (adminUrl !== undefined || token !== undefined) {
    throw new Error('--admin-url and --token go together: give both, or neither for the sale of a local stack.')
  }
  const sale = findSale(name)
  return campaignAdmin(sale.adminUrl, await signToken(sale.secret, { userId: operatorUserId, role: 'operator' }))
}
