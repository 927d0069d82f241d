/** What an order id starts with; the rest is its reservation's id, so that one reservation can never have two orders. */
export const ORDER_ID_PREFIX = 'O-'

/** The id of the order a reservation becomes. */
export const orderIdOf = (reservationId: string): string => `${ORDER_ID_PREFIX}${reservationId}`
