import type { CertifiedFigures } from '../format/figures.js'
import type { AccountedReservation } from '../format/reservation.js'

/** What the ledgers say of one sale: their totals, and every reservation. */
export interface SaleAccount {
  readonly figures: CertifiedFigures
  readonly reservations: readonly AccountedReservation[]
}
