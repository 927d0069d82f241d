/** What a winner does about the order. */
export type PayerKind = 'atOnce' | 'late' | 'twice' | 'leaves' | 'lapses' | 'cancels'

/** Of each twenty winners, one after the other: most pay at once, some late or twice, some leave the page, let it lapse, or cancel. */
const twenty: readonly PayerKind[] = [
  ...['atOnce', 'atOnce', 'late', 'atOnce', 'twice', 'atOnce', 'lapses', 'atOnce', 'atOnce', 'cancels'],
  ...['atOnce', 'atOnce', 'late', 'atOnce', 'twice', 'atOnce', 'leaves', 'atOnce', 'atOnce', 'lapses'],
] as readonly PayerKind[]

/** The kind of the winner of this place, from 0. */
export function kindOf(place: number): PayerKind {
  return twenty[place % twenty.length] as PayerKind
}

/** The time to pay of a demo's orders in milliseconds: seconds, and what so many payments take on two cores. */
export function payWindowMs(orders: number): number {
  return 6_000 + Math.ceil(orders / 150) * 1_000
}
