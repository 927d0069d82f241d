import { expect, it } from 'vitest'
import { type Campaign, type Standing, standingOf } from './campaign.js'

const campaign: Campaign = {
  voucherId: 7,
  title: 'Dinner',
  state: 'OPEN',
  beginsAt: 1_000,
  endsAt: 2_000,
  priceMinor: 990,
  listPriceMinor: 9_900,
  currency: 'CNY',
  limitPerUser: 1,
  total: 10,
  remaining: 4,
  mayReturn: false,
}

it.each<[Partial<Campaign>, number, Standing]>([
  [{}, 999, 'upcoming'],
  [{}, 1_000, 'open'],
  [{}, 1_999, 'open'],
  [{}, 2_000, 'ended'],
  [{ state: 'WARM' }, 1_500, 'upcoming'],
  [{ state: 'PAUSED' }, 1_500, 'paused'],
  [{ state: 'PAUSED' }, 2_000, 'ended'],
  [{ state: 'CLOSED' }, 1_500, 'ended'],
  [{ state: 'SETTLED', remaining: 0 }, 1_500, 'ended'],
  [{ remaining: null }, 1_500, 'recovering'],
  [{ remaining: 0, mayReturn: true }, 1_500, 'allHeld'],
  [{ remaining: 0 }, 1_500, 'soldOut'],
])('a sale with %j at %i is %s', (change, now, standing) => {
  expect(standingOf({ ...campaign, ...change }, now)).toBe(standing)
})
