import type { LiveCampaign, LiveSale } from 'seckill-client/admin'

export type { LiveCampaign, LiveSale }

/** Percentiles in milliseconds. */
export type Percentiles = LiveCampaign['orderLatencyMs']

/** The answers to purchase requests, in the order and the words of the plots. */
export const requestResults = {
  accepted: 'accepted',
  soldOut: 'sold out',
  duplicate: 'bought before',
  rejected: 'rejected',
  failed: 'failed',
} as const
export type RequestResult = keyof typeof requestResults
