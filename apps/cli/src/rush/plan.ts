/** The composition of a rush. */
export interface RushShape {
  /** Distinct users, each of whom asks once. */
  readonly shoppers: number
  /** The first user's id; the others follow it. */
  readonly firstUser: number
  /** Share of shoppers who ask a second time, from 0 to 1. */
  readonly duplicates: number
  /** Bad requests as a share of shoppers, from 0 to 1. */
  readonly bad: number
  /** Requests a second, of every kind together. */
  readonly rate: number
}

/** The faults of bad requests. */
const badRequests = ['forged-token', 'no-token', 'zero-units', 'not-json', 'unknown-voucher'] as const
type BadRequest = (typeof badRequests)[number]

/** One request of the plan, to be sent at its place in the queue: place / rate seconds after the start. */
export type Shot =
  | { readonly kind: 'purchase' | 'repeat'; readonly userId: number }
  | { readonly kind: 'bad'; readonly userId: number; readonly fault: BadRequest }

/** The places between a repeat buyer's first request and the second. */
const repeatDistance = 64

/**
 * The requests of a rush in the order of their intended times: repeat buyers and bad requests are spread evenly over
 * the shoppers, so that two plans of one shape are equal.
 */
export function planRush(shape: RushShape): readonly Shot[] {
  const shots: Shot[] = []
  const repeats: { readonly userId: number; readonly after: number }[] = []
  let bad = 0
  for (let index = 0; index < shape.shoppers; index++) {
    const userId = shape.firstUser + index
    shots.push({ kind: 'purchase', userId })
    if (isDue(index, shape.duplicates)) repeats.push({ userId, after: shots.length + repeatDistance })
    if (isDue(index, shape.bad)) shots.push({ kind: 'bad', userId, fault: faultOf(bad++) })
    while (repeats[0] !== undefined && repeats[0].after <= shots.length) shots.push(repeatOf(repeats.shift()))
  }
  for (const repeat of repeats) shots.push(repeatOf(repeat))
  return shots
}

/** Reports whether an index is in an evenly spread `share` of all indexes. */
function isDue(index: number, share: number): boolean {
  return Math.floor((index + 1) * share) > Math.floor(index * share)
}

function faultOf(count: number): BadRequest {
  return badRequests[count % badRequests.length] ?? 'forged-token'
}

function repeatOf(repeat: { readonly userId: number } | undefined): Shot {
  if (repeat === undefined) throw new RangeError('The plan has no repeat buyer left.')
  return { kind: 'repeat', userId: repeat.userId }
}

/** Requests a second that let any rush last a few seconds: 1,000 for a small one, 4,000 for a large one. */
export function defaultRate(shoppers: number): number {
  return Math.min(4_000, Math.max(1_000, Math.ceil(shoppers / 4)))
}
