import type { Campaign } from 'seckill-store/mysql'

const FRESH_MS = 1_000

/** What MySQL has of all campaigns, read at most once a second by those who ask, whatever ids they ask for. */
export interface CampaignBook {
  /** At most a second old. @throws the database's error when it cannot be read */
  recent(): Promise<ReadonlyMap<number, Campaign>>
  /** Reads now; one reading at a time. */
  refresh(): Promise<ReadonlyMap<number, Campaign>>
  /** Whether the last reading has this campaign; never waits. */
  knows(voucherId: number): boolean
}

export function createCampaignBook(
  read: () => Promise<readonly Campaign[]>,
  now: () => number = () => performance.now(),
): CampaignBook {
  let known: ReadonlyMap<number, Campaign> = new Map()
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<ReadonlyMap<number, Campaign>> | undefined

  const readNow = async (): Promise<ReadonlyMap<number, Campaign>> => {
    const startedAt = now()
    const campaigns = await read()
    known = new Map(campaigns.map((campaign) => [campaign.voucherId, campaign]))
    readAt = startedAt
    return known
  }

  const refresh = (): Promise<ReadonlyMap<number, Campaign>> => {
    reading ??= readNow().finally(() => {
      reading = undefined
    })
    return reading
  }

  return {
    refresh,
    recent: () => (now() - readAt > FRESH_MS ? refresh() : Promise.resolve(known)),
    knows: (voucherId) => known.has(voucherId),
  }
}
