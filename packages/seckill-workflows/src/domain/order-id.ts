/** The start of an order id; its reservation's id follows, so that one reservation can never have two orders. */
export const orderIdPrefix = 'O-'

/** The id of the order a reservation becomes. */
export function orderIdOf(reservationId: string): string {
  return `${orderIdPrefix}${reservationId}`
}
