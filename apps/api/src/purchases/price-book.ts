import type { PromisedPrice } from 'seckill-store/mysql'
import { createRecentEntries } from '../recent-entries.js'
import type { CampaignBook } from './campaign-book.js'

const capacity = 1_000

/**
 * The price of one unit under a version of a campaign's terms; `undefined` for a version that MySQL does not know. It is
 * there at once for the version that the campaign has and for those that were read before.
 */
export type PriceBook = (
  voucherId: number,
  version: number,
) => PromisedPrice | Promise<PromisedPrice | undefined> | undefined

/** Creates a price book; of the purchases that need the same version at once, one reads it. */
export function createPriceBook(
  campaigns: Pick<CampaignBook, 'last'>,
  read: (voucherId: number, version: number) => Promise<PromisedPrice | undefined>,
): PriceBook {
  const known = createRecentEntries<string, PromisedPrice>(capacity)
  const reading = new Map<string, Promise<PromisedPrice | undefined>>()

  const readNow = async (key: string, voucherId: number, version: number): Promise<PromisedPrice | undefined> => {
    const price = await read(voucherId, version)
    if (price !== undefined) known.set(key, price)
    return price
  }

  return (voucherId, version) => {
    const campaign = campaigns.last(voucherId)
    if (campaign?.version === version) return campaign
    // Versions begin at 1; a hold that was made again after a loss has none.
    if (version === 0) return undefined
    const key = `${voucherId} ${version}`
    const price = known.get(key)
    if (price !== undefined) return price
    const underWay = reading.get(key) ?? readNow(key, voucherId, version).finally(() => reading.delete(key))
    reading.set(key, underWay)
    return underWay
  }
}
