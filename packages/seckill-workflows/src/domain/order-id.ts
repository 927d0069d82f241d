/** The start of an order id; its reservation's id follows, so that one reservation can never have two orders. */
export const orderIdPrefix = 'O-'

/** The id of the order a reservation becomes. */
export function orderIdOf(reservationId: string): string {
  return `${orderIdPrefix}${reservationId}`
}

/** The reservation that became an order; `undefined` for a text that is no order's id. */
export function reservationIdOf(orderId: string): string | undefined {
  return orderId.startsWith(orderIdPrefix) ? orderId.slice(orderIdPrefix.length) : undefined
}
