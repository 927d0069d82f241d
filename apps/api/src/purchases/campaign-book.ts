import type { Campaign } from 'seckill-store/mysql'

const freshMs = 1_000

/** The campaigns in MySQL; requests for any voucher id cause at most one read a second. */
export interface CampaignBook {
  /** The campaigns as of at most a second ago. @throws the error of MySQL */
  recent(): Promise<ReadonlyMap<number, Campaign>>
  /** Reads the campaigns now; concurrent calls share one read. */
  refresh(): Promise<ReadonlyMap<number, Campaign>>
  /** The campaign as of the last read, which may be seconds old; never reads. */
  last(voucherId: number): Campaign | undefined
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
    recent: () => (now() - readAt > freshMs ? refresh() : Promise.resolve(known)),
    last: (voucherId) => known.get(voucherId),
  }
}
