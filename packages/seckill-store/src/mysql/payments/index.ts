export { beginClosings, type ClosingRequest, type StandingOrder, type StandingPayment } from './begin-closings.js'
export { type CancelledPurchase, cancelPurchase } from './cancel-purchase.js'
export { type Capture, type ChangedLane, type RecordedCaptures, recordCaptures } from './captures.js'
export { recordCloses } from './close-payments.js'
export { finishClosings, type ProviderClosing } from './finish-closings.js'
export { type AppliedMessages, applyMessages } from './inbox.js'
export type { InboxMessage } from './judge-messages.js'
export { type KnownPayment, oldestOpenPayment, paymentsById, paymentsSince } from './known-payments.js'
export { paymentIdOf, refundIdOf } from './payment-id.js'
export {
  countQuarantine,
  listQuarantine,
  type QuarantinedMessage,
  quarantineMessage,
  type RejectedMessage,
} from './quarantine.js'
export { findRefunds, type OpenRefund, readRefund, recordRefundAnswer, retryRefund } from './refund-attempts.js'
export {
  noteRefundRuns,
  type RefundPage,
  type RefundToMake,
  refundsWithoutRun,
  unfinishedRefunds,
} from './refund-runs.js'
export { type OrderRefund, type RequestedRefund, requestRefund } from './request-refund.js'
export { type PaymentStart, recordOpened, type StartedPayment, startPayment } from './start-payment.js'
