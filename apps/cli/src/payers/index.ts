export { cancel, type OpenOrder, type PayerDesk, payAt, startPayment, TooLateError } from './payer.js'
export { payWindowMs } from './plan.js'
export { openOrders, type Payers, startPayers } from './run-payers.js'
