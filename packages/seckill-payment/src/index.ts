export {
  CallbackRejectedError,
  type CallbackRejection,
  PaymentRefusedError,
  ProviderUnavailableError,
} from './errors.js'
export type {
  CallbackRequest,
  ClosedPayment,
  PaymentCallback,
  PaymentPage,
  PaymentPageRequest,
  PaymentProvider,
  PaymentRequest,
  ProviderPayment,
  ProviderPaymentState,
  ProviderRefund,
  ProviderRefundState,
  RefundRequest,
} from './port.js'
